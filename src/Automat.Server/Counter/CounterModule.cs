namespace Automat.Server.Counter;

/// <summary>The counter's front door: fills the customers' pages and takes their orders.</summary>
public static class CounterModule
{
    /// <summary>Adds the customers' pages.</summary>
    public static IServiceCollection AddCounter(this IServiceCollection services) =>
        services.AddScoped<MachinePages>().AddScoped<ReceiptPages>().AddScoped<ClaimPages>();

    /// <summary>Maps the customers' pages.</summary>
    public static void MapCounter(this IEndpointRouteBuilder routes)
    {
        AppPages.Map(routes);
        MachinePages.Map(routes);
        Qr.Map(routes);
        VendPages.Map(routes);
        ReceiptPages.Map(routes);
        ClaimPages.Map(routes);
    }
}
