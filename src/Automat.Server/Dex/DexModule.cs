using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Machines;
using Automat.Server.Vends;

namespace Automat.Server.Dex;

/// <summary>The front door of machines' audit files, and of the cash they tell of.</summary>
public static class DexModule
{
    /// <summary>Adds audit files, cash collections and their reconciliation.</summary>
    public static IServiceCollection AddDex(this IServiceCollection services)
    {
        services.AddSingleton<ITables, DexTables>();
        services.AddJournalTable<CashCollectionRows>();
        services.AddSingleton<DexIntake>();
        services.AddSingleton<IDexIntake>(all => all.GetRequiredService<DexIntake>());
        services.AddScoped<ImportDex>();
        services.AddScoped<TellFollowers>();
        services.AddScoped<CollectCash>();
        services.AddScoped<ReconcileCash>();
        services.AddScoped<DexPages>();
        services.AddScoped<IVendStory, CounterStory>();
        services.AddHostedService<DexSweep>();
        return services;
    }

    /// <summary>Maps what staff do with audit files and collections.</summary>
    public static void MapDex(this IEndpointRouteBuilder routes)
    {
        var machine = routes.MapGroup("/api/v1/machines/{machine}").DisableAntiforgery().WithTags("Dex");
        UploadDex.Map(machine.MapGroup("/dex"));
        CollectCash.Map(machine.MapGroup("/collections"));
        ReconcileCash.Map(machine);
        DexPages.Map(routes);
    }

    /// <summary>Maps where machines send their audit files, below <c>/device/v1</c>.</summary>
    public static void MapDeviceDex(this IEndpointRouteBuilder device) => UploadDex.MapDevice(device);
}
