using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Journal;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>The chips' front door.</summary>
public static class ChipsModule
{
    /// <summary>Adds chips and their credit.</summary>
    public static IServiceCollection AddChips(this IServiceCollection services)
    {
        services.AddSingleton<ITables, ChipTables>();
        services.AddJournalTable<ChipRows>();
        services.AddSingleton<ChipKeys>();
        services.AddScoped<ChipDirectory>();
        services.AddScoped<IssueChip>();
        services.AddScoped<TopUpChip>();
        services.AddScoped<GetChip>();
        return services;
    }

    /// <summary>Maps what staff do with chips.</summary>
    public static void MapChips(this IEndpointRouteBuilder routes)
    {
        var chips = routes.MapGroup("/api/v1/chips").DisableAntiforgery().WithTags("Chips");
        IssueChip.Map(chips);
        GetChip.Map(chips);
        TopUpChip.Map(chips);
    }

    /// <summary>Gives a place that tries things out a chip with credit; a chip that is there already keeps what it has.</summary>
    public static async Task SeedChipAsync(
        IServiceProvider services, Id<Organization> organization, string uid, string label, long credit, CancellationToken ct)
    {
        await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateScopeOf(organization).WorkOf("seed");
        var parsed = ChipUid.Parse(uid);
        var found = await scope.ServiceProvider.GetRequiredService<ChipDirectory>().FindAsync(organization, parsed, ct);
        var chip = found.Chip ?? await scope.ServiceProvider.GetRequiredService<IssueChip>()
            .RunAsync(organization, parsed, label, ct);
        var currency = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Organization>()
            .Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);
        await services.GetRequiredService<Journal.Journal>().ExecuteAsync(
            new BookTopUp(chip, new Money(credit, currency), "first credit", $"seed-{chip.Id}", AuditSignature.Of(Actor.Of("seed"))) { Organization = organization },
            ct);
    }
}
