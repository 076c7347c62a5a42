using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Planograms;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Planograms;

/// <summary>Layouts kept under a name, and layouts of other machines: what a draft can begin with.</summary>
internal sealed class LayoutTemplates(AutomatDb db, EditDraft edit, TimeProvider clock)
{
    /// <summary>Templates an organisation has at most.</summary>
    public const int Most = 100;

    /// <summary>Characters of a name.</summary>
    public const int LongestName = 60;

    /// <summary>An organisation's templates by name.</summary>
    public Task<List<PlanogramTemplate>> AllAsync(ClaimsPrincipal caller, CancellationToken ct)
    {
        var organization = caller.OrganizationOf();
        return db.Set<PlanogramTemplate>().AsNoTracking().Where(t => t.OrganizationId == organization)
            .OrderBy(t => t.Name).Take(Most).ToListAsync(ct);
    }

    /// <summary>Keeps a machine's draft, or its layout where there is no draft, under a name; the same name means the newest.</summary>
    /// <exception cref="RuleException"><c>machine_unknown</c>, <c>too_many_templates</c>.</exception>
    /// <exception cref="FieldsException"><c>template_invalid</c>.</exception>
    public async Task KeepAsync(ClaimsPrincipal caller, string machine, string? name, CancellationToken ct)
    {
        if (name?.Trim() is not { Length: >= 1 and <= LongestName } called || called.Any(char.IsControl))
        {
            throw new FieldsException(
                "template_invalid", new Dictionary<string, string> { ["name"] = $"Needed: 1 to {LongestName} characters in one line." });
        }

        var state = await edit.LookAsync(caller, machine, ct);
        var organization = caller.OrganizationOf();
        var known = await db.Set<PlanogramTemplate>().AsNoTracking()
            .SingleOrDefaultAsync(t => t.OrganizationId == organization && t.Name == called, ct);
        if (known is null && await db.Set<PlanogramTemplate>().CountAsync(t => t.OrganizationId == organization, ct) >= Most)
        {
            throw new RuleException("too_many_templates", $"There are {Most} templates already; remove one first.");
        }

        var now = clock.GetUtcNow();
        var kept = new PlanogramTemplate
        {
            Id = known?.Id ?? Id<PlanogramTemplate>.New(now),
            OrganizationId = organization,
            Name = called,
            Slots = StoredLayout.Write(state.Slots),
            CreatedAt = known?.CreatedAt ?? now,
        };
        if (known is null) db.Add(kept);
        else db.Replace(known, kept);
        db.Note(organization, "planogram_template.kept", "planogram_template", kept.Id.ToString());
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Removes a template; machines that began with it keep what they have.</summary>
    /// <exception cref="RuleException"><c>template_unknown</c>.</exception>
    public async Task RemoveAsync(ClaimsPrincipal caller, Guid id, CancellationToken ct)
    {
        var template = await FindAsync(caller, id, ct);
        db.Remove(template);
        db.Note(template.OrganizationId, "planogram_template.removed", "planogram_template", template.Id.ToString());
        await db.SaveChangesAsync(ct);
    }

    /// <summary>The draft becomes a template's layout; products that are gone meanwhile are left out.</summary>
    /// <exception cref="RuleException"><c>machine_unknown</c>, <c>template_unknown</c>.</exception>
    public async Task BeginWithAsync(ClaimsPrincipal caller, string machine, Guid template, CancellationToken ct)
    {
        var layout = StoredLayout.Read((await FindAsync(caller, template, ct)).Slots);
        await BecomeAsync(caller, machine, layout, ct);
    }

    /// <summary>The draft becomes another machine's layout.</summary>
    /// <exception cref="RuleException"><c>machine_unknown</c>; <c>currency_mismatch</c> when the other sells in another currency.</exception>
    public async Task CopyAsync(ClaimsPrincipal caller, string machine, string other, CancellationToken ct)
    {
        var (here, there) = (await db.OwnMachineAsync(caller, machine, ct), await db.OwnMachineAsync(caller, other, ct));
        if (here.Currency != there.Currency)
        {
            throw new RuleException("currency_mismatch", $"{there.Name} sells in {there.Currency}, {here.Name} in {here.Currency}.");
        }

        await BecomeAsync(caller, machine, (await PresentLayout.ReadAsync(db, there, ct)).Layout, ct);
    }

    private async Task BecomeAsync(ClaimsPrincipal caller, string machine, IReadOnlyList<PlannedSlot> layout, CancellationToken ct)
    {
        var products = await LayoutProducts.OfAsync(db, await db.OwnMachineAsync(caller, machine, ct), layout, ct);
        await edit.RunAsync(caller, machine, _ => [.. layout.Where(s => products.ContainsKey(s.Product))], ct);
    }

    private async Task<PlanogramTemplate> FindAsync(ClaimsPrincipal caller, Guid id, CancellationToken ct)
    {
        var (organization, wanted) = (caller.OrganizationOf(), new Id<PlanogramTemplate>(id));
        return await db.Set<PlanogramTemplate>().AsNoTracking()
            .SingleOrDefaultAsync(t => t.Id == wanted && t.OrganizationId == organization, ct)
            ?? throw new RuleException("template_unknown", "There is no such template.");
    }
}
