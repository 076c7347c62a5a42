using Automat.Server.Data;

namespace Automat.Server.Reports;

/// <summary>The reports' front door.</summary>
public static class ReportsModule
{
    /// <summary>Adds reports and the days they are made from.</summary>
    public static IServiceCollection AddReports(this IServiceCollection services) => services
        .AddSingleton<ITables, ReportTables>();
}
