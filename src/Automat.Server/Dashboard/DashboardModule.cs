using Automat.Server.Panel;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Components;

namespace Automat.Server.Dashboard;

/// <summary>The front door of the panel's first page.</summary>
public static class DashboardModule
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddDashboard(this IServiceCollection services)
    {
        services.AddSingleton<ReadDays>();
        services.AddScoped<ReadToday>();
        services.AddScoped<IPanelAttention, MoneyAttention>();
        return services;
    }

    /// <summary>Maps the page and its live part.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/panel", ShowAsync).RequirePermission(Permission.PanelRead).ExcludeFromDescription();
        routes.MapGet("/panel/today", (HttpContext context) => Live.Stream<TodayPart>(
                context, TimeSpan.FromSeconds(10),
                async (services, ct) => await services.GetRequiredService<ReadToday>().RunAsync(context, ct)))
            .RequirePermission(Permission.PanelRead).ExcludeFromDescription();
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, ReadToday today, Data.AutomatDb db, Machines.MachineStatuses statuses, IEnumerable<IPanelHome> homes,
        CancellationToken ct)
    {
        var parts = new List<RenderFragment>();
        foreach (var home in homes)
        {
            if (await home.MakeAsync(context, ct) is { } part) parts.Add(part);
        }

        var steps = context.User.Allows(Permission.MachineWrite)
            ? await FirstSteps.OfAsync(db, statuses, context.User.OrganizationOf(), ct)
            : [];
        return Pages.Show<DashboardPage>(new DashboardView(await today.RunAsync(context, ct), steps, parts));
    }
}
