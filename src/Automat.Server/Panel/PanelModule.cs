namespace Automat.Server.Panel;

/// <summary>
/// What the staff's pages share: the frame with its way around, the search, tables, charts, fields of forms. Each page lives
/// in its module.
/// </summary>
public static class PanelModule
{
    /// <summary>Adds what the frame needs to speak three languages, to know the way, and to search.</summary>
    public static IServiceCollection AddPanel(this IServiceCollection services)
    {
        services.AddSingleton<PanelWays>();
        services.AddScoped<PageSearch>().AddScoped<PanelSearch>();
        return services.AddLocalization();
    }

    /// <summary>Maps the search, and where it is wanted the page that shows every component.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="withComponents">Whether it is shown: while developing, and in the demo.</param>
    public static void MapPanel(this IEndpointRouteBuilder routes, bool withComponents)
    {
        SearchPages.Map(routes);
        if (withComponents) ComponentPages.Map(routes);
    }
}
