using Automat.Server.Data;
using Automat.Server.Privacy;

namespace Automat.Server.Reports;

/// <summary>The reports' front door.</summary>
public static class ReportsModule
{
    /// <summary>Adds reports, the days they are made from, and the mails that bring them.</summary>
    public static IServiceCollection AddReports(this IServiceCollection services) => services
        .AddSingleton<ITables, ReportTables>()
        .AddSingleton<ITables, SoldOutTables>()
        .AddScoped<DayReports>()
        .AddScoped<SoldOutReport>()
        .AddScoped<CashReport>()
        .AddScoped<BookReports>()
        .AddScoped<MakeReport>()
        .AddScoped<SaveReport>()
        .AddScoped<ReportPages>()
        .AddPersonalData<SavedViewTraces>()
        .AddHostedService<DaysSweep>()
        .AddSingleton<MailReports>()
        .AddHostedService(all => all.GetRequiredService<MailReports>());

    /// <summary>Maps reports as pages and files.</summary>
    public static void MapReports(this IEndpointRouteBuilder routes) => ReportPages.Map(routes);
}
