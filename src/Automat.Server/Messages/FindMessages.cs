using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Panel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Messages;

/// <summary>Finds reports by their words, by machine, topic and state; from anywhere in the panel by their words.</summary>
internal sealed class FindMessages(AutomatDb db, IStringLocalizer<Texts> t) : IPanelSearch
{
    private const int Excerpt = 120;
    private const int MostMachines = 200;

    public async Task<IReadOnlyList<PanelHit>> FindAsync(ClaimsPrincipal who, string text, int most, CancellationToken ct)
    {
        if (!who.Allows(Permission.SalesRead)) return [];
        var found = await RowsAsync(Containing(Of(who.OrganizationOf()), text).OrderByDescending(m => m.ReceivedAt).Take(most), ct);
        return [.. found.Select(m => new PanelHit(t["Messages.One"], m.Text, t[MessageWords.Of(m.State)], $"{MessagePages.Address}/{m.Id}"))];
    }

    /// <summary>The reports looked for, newest first unless the view says otherwise.</summary>
    public IQueryable<CustomerMessage> In(Id<Organization> organization, ListView view)
    {
        var messages = Of(organization);
        if (Named<MessageState>(view["state"]) is { } state) messages = messages.Where(m => m.State == state);
        if (Named<MessageTopic>(view["topic"]) is { } topic) messages = messages.Where(m => m.Topic == topic);
        if (view["machine"] is { } text && MachineId.TryParse(text, out var machine)) messages = messages.Where(m => m.MachineId == machine);
        if (view.Search is { } words) messages = Containing(messages, words);
        return view.Descending
            ? messages.OrderByDescending(m => m.ReceivedAt).ThenByDescending(m => m.Id)
            : messages.OrderBy(m => m.ReceivedAt).ThenBy(m => m.Id);
    }

    /// <summary>The rows of some reports, in their order; pictures stay where they are.</summary>
    public async Task<List<MessageRow>> RowsAsync(IQueryable<CustomerMessage> messages, CancellationToken ct)
    {
        var found = await messages.Select(m => new
        {
            m.Id,
            m.ReceivedAt,
            m.Topic,
            Text = m.Text.Substring(0, Excerpt + 1),
            m.MachineId,
            m.State,
            HasPhoto = m.Photo != null,
        }).ToListAsync(ct);
        var at = found.Select(m => m.MachineId).OfType<MachineId>().Distinct().ToList();
        var names = await db.Set<Machine>().AsNoTracking().Where(m => at.Contains(m.Id)).Select(m => new { m.Id, m.Name })
            .ToDictionaryAsync(m => m.Id, m => m.Name, ct);
        return found.ConvertAll(m => new MessageRow(
            m.Id.Value, m.ReceivedAt, m.Topic, m.Text.Length > Excerpt ? m.Text[..Excerpt] + "…" : m.Text,
            m.MachineId is { } machine ? names.GetValueOrDefault(machine, machine.Value) : null, m.State, m.HasPhoto));
    }

    public async Task<IReadOnlyList<Choice>> MachinesAsync(Id<Organization> organization, CancellationToken ct)
    {
        var machines = await db.Set<Machine>().AsNoTracking().Where(m => m.OrganizationId == organization).OrderBy(m => m.Name)
            .Take(MostMachines).Select(m => new { m.Id, m.Name }).ToListAsync(ct);
        return machines.ConvertAll(m => new Choice(m.Id.Value, m.Name));
    }

    private IQueryable<CustomerMessage> Of(Id<Organization> organization) =>
        db.Set<CustomerMessage>().AsNoTracking().Where(m => m.OrganizationId == organization);

    private static IQueryable<CustomerMessage> Containing(IQueryable<CustomerMessage> messages, string text)
    {
        var pattern = Sql.LikeAnywhere(text);
        return messages.Where(m => EF.Functions.ILike(m.Text, pattern, Sql.LikeEscape)
            || (m.Email != null && EF.Functions.ILike(m.Email, pattern, Sql.LikeEscape)));
    }

    private static TEnum? Named<TEnum>(string? word) where TEnum : struct, Enum =>
        Enum.TryParse<TEnum>(word, out var named) && Enum.IsDefined(named) ? named : null;
}
