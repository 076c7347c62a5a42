namespace Automat.Server.Hosting;

/// <summary>Builds each endpoint once.</summary>
internal static class EndpointsOnce
{
    /// <summary>
    /// Puts all that was mapped behind one source that remembers its endpoints. Each endpoint costs a compiled delegate, and
    /// routing, authorization and the panel's navigation would each have all of them built anew. To be called when nothing
    /// more will be mapped.
    /// </summary>
    public static void BuildEndpointsOnce(this IEndpointRouteBuilder routes)
    {
        var once = new CompositeEndpointDataSource([.. routes.DataSources]);
        routes.DataSources.Clear();
        routes.DataSources.Add(once);
    }
}
