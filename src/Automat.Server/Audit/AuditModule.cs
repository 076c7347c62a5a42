using Automat.Server.Data;
using Automat.Server.Journal;

namespace Automat.Server.Audit;

/// <summary>The audit's front door.</summary>
public static class AuditModule
{
    /// <summary>Adds the audit.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services) => services
        .AddSingleton<ITables, AuditTables>()
        .AddJournalTable<AuditRows>()
        .AddScoped<IChangeLog, AuditTrail>()
        .AddScoped<AuditReach>()
        .AddScoped<AuditPages>()
        .AddSingleton<AuditVerifier>()
        .AddSingleton<ExportAudit>()
        .AddSingleton<VerifyAudit>();

    /// <summary>Maps reading, exporting and verifying the log. Nothing changes it.</summary>
    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        var audit = routes.MapGroup("/api/v1/audit").RequirePermission(Permission.AuditRead).DisableAntiforgery().WithTags("Audit");
        ListAudit.Map(audit);
        ExportAudit.Map(audit);
        VerifyAudit.Map(audit);
        AuditPages.Map(routes);
    }
}
