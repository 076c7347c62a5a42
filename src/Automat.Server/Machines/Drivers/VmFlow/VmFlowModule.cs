using Automat.Server.Data;
using Automat.Server.Vends;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>The front door of VMflow boards.</summary>
public static class VmFlowModule
{
    /// <summary>Adds the driver, the way in for boards that present nothing, and what watches them.</summary>
    public static IServiceCollection AddVmFlow(this IServiceCollection services)
    {
        services.AddSingleton<ITables, VmFlowTables>();
        services.AddSingleton<Boards>();
        services.AddSingleton<CreditBook>();
        services.AddSingleton<ReportLog>();
        services.AddSingleton<GiveCredit>();
        services.AddSingleton<SettleLate>();
        services.AddSingleton<AskDex>();
        services.AddSingleton<IDexFollower, SettleByDex>();
        services.AddSingleton<TakeReports>();
        services.AddSingleton<DexReports>();
        services.AddScoped<IVendStory, ReportStory>();
        services.AddSingleton<IMachineDriver, VmFlowDriver>();
        services.AddSingleton<IMqttDoor, VmFlowDoor>();
        services.AddHostedService<BoardWatch>();
        return services;
    }

    /// <summary>Maps what staff see of boards.</summary>
    public static void MapVmFlow(this IEndpointRouteBuilder routes) =>
        ListReports.Map(routes.MapGroup("/api/v1/machines").DisableAntiforgery().WithTags("Machines"));
}
