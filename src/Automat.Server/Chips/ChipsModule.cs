using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Chips.Bulk;
using Automat.Server.Chips.CardTopUps;
using Automat.Server.Chips.Desk;
using Automat.Server.Chips.Own;
using Automat.Server.Chips.Registrar;
using Automat.Server.Data;
using Automat.Server.Jobs;
using Automat.Server.Journal;
using Automat.Server.Panel;
using Automat.Server.Payments;
using Automat.Server.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>The chips' front door.</summary>
public static class ChipsModule
{
    /// <summary>Adds chips and their credit.</summary>
    public static IServiceCollection AddChips(this IServiceCollection services)
    {
        services.AddSingleton<ITables, ChipTables>();
        services.AddSingleton<ITables, ChipJobTables>();
        services.AddSingleton<ITables, CardTopUpTables>();
        services.AddSingleton<ITables, ChipAccountTables>();
        services.AddJournalTable<ChipRows>();
        services.AddJournalTable<ChipUids>();
        services.AddJournalTable<ChipKeyRows>();
        services.AddJournalTable<ChipHolderRows>();
        services.AddJournalTable<ChipStateRows>();
        services.AddJournalTable<ChipCreditRows>();
        services.AddJournalTable<ChipUses>();
        services.AddJournalTable<CardTopUpRows>();
        services.AddPersonalData<ChipHolderTraces>().AddPersonalData<ChipAccountTraces>();
        services.AddSingleton<ChipKeys>();
        services.AddScoped<ChipDirectory>();
        services.AddScoped<ChipReader>();
        services.AddScoped<IssueChip>();
        services.AddScoped<TopUpChip>();
        services.AddOptions<CardTopUpOptions>().BindConfiguration("Automat:CardTopUps").ValidateDataAnnotations();
        services.AddScoped<CardTopUpDesk>();
        services.AddScoped<CardTopUpPages>();
        services.AddScoped<CardTopUpIntake>();
        services.AddScoped<IPaymentTaker>(own => own.GetRequiredService<CardTopUpIntake>());
        services.AddScoped<OwnChips>().AddScoped<CreditChips>().AddScoped<LinkChip>().AddScoped<OwnChipPages>().AddScoped<ChipLinkPages>();
        services.AddScoped<ListChips>();
        services.AddScoped<ChangeChip>();
        services.AddScoped<ReplaceChip>();
        services.AddScoped<RotateChipKey>();
        services.AddScoped<ChipGroups>();
        services.AddScoped<Catalog.ICategoryUse, CategoryNames>();
        services.AddScoped<ImportChips>();
        services.AddScoped<ChipJobs>();
        services.AddScoped<ChipListPages>();
        services.AddScoped<ChipCardPages>();
        services.AddScoped<ChipJobPages>();
        services.AddScoped<IPanelSearch, ChipSearch>();
        services.AddJobWork<ChipJobWork>();
        services.AddHostedService<ChipSweep>();
        services.AddHostedService<CreditSweep>();
        services.AddHostedService<CardTopUpSweep>();
        return services;
    }

    /// <summary>Maps what staff do with chips.</summary>
    public static void MapChips(this IEndpointRouteBuilder routes)
    {
        var chips = routes.MapGroup("/api/v1/chips").DisableAntiforgery().WithTags("Chips");
        IssueChip.Map(chips);
        ListChips.Map(chips);
        GetChip.Map(chips);
        ChangeChip.Map(chips);
        TopUpChip.Map(chips);
        CardTopUpDesk.Map(chips);
        CardTopUpPages.Map(routes);
        ReplaceChip.Map(chips);
        ChipGroups.Map(chips);
        RotateChipKey.Map(chips);
        ImportChips.Map(chips);
        ChipJobs.Map(chips);
        ExportChips.Map(chips);
        RegistrarApi.Map(routes);
        ChipListPages.Map(routes);
        ChipCardPages.Map(routes);
        ChipJobPages.Map(routes);
        ChipLinkPages.Map(routes);
        OwnChipPages.Map(routes);
    }

    /// <summary>Gives a place that tries things out a chip with credit; a chip that is there already keeps what it has.</summary>
    public static async Task SeedChipAsync(
        IServiceProvider services, Id<Organization> organization, string uid, string label, long credit, CancellationToken ct)
    {
        await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateScopeOf(organization).WorkOf("seed");
        var own = scope.ServiceProvider;
        var found = await own.GetRequiredService<ChipDirectory>().FindAsync(organization, ChipUid.Parse(uid), ct);
        var id = found.Chip?.Id ?? new Id<Chip>((await own.GetRequiredService<IssueChip>()
            .RunAsync(organization, new IssueChipRequest(uid, label), key: null, ct)).ChipId);
        var currency = await own.GetRequiredService<AutomatDb>().Set<Organization>()
            .Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);
        await services.GetRequiredService<Journal.Journal>().ExecuteAsync(
            new BookTopUp(
                id, new Money(credit, currency), CreditSource.Desk, "first credit", $"seed-{id}",
                AuditSignature.Of(own.GetRequiredService<Actor>()))
            {
                Organization = organization,
            },
            ct);
    }
}
