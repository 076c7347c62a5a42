using System.Net.Mail;
using Automat.Domain;
using Automat.Server.Catalog.Pictures;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Notifications.Channels;
using Automat.Server.Platform;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Messages;

/// <summary>What a customer reports.</summary>
/// <param name="Text">In their words.</param>
/// <param name="Topic">What it is about.</param>
internal sealed record Report(string? Text, MessageTopic? Topic)
{
    /// <summary>The machine, as it stands in an address.</summary>
    public string? Machine { get; init; }

    /// <summary>The key to the sale whose page it came from.</summary>
    public string? Sale { get; init; }

    /// <summary>Where an answer is wanted.</summary>
    public string? Email { get; init; }

    /// <summary>The language of the page.</summary>
    public string Language { get; init; } = "en";

    /// <summary>The picture.</summary>
    public SentPicture? Photo { get; init; }
}

/// <summary>What a report is about, found by what its page said.</summary>
/// <param name="Organization">Whom it goes to.</param>
/// <param name="Machine">The machine; null where none is known.</param>
/// <param name="Sale">The sale; null where none is known.</param>
internal sealed record About(Id<Organization> Organization, Machine? Machine, Sale? Sale);

/// <summary>
/// Keeps what a customer reports, before it is answered. Whoever operates the machine gets it; what is about no machine goes to
/// the first organisation.
/// </summary>
internal sealed class KeepMessage(
    AutomatDb db, Tenant tenant, MachineDirectory machines, Sales sales, ChannelOutbox channels, IServiceScopeFactory scopes, TimeProvider clock)
{
    public const int LongestText = 4_000;
    public const int LongestEmail = 256;

    /// <summary>Keeps it.</summary>
    /// <exception cref="FieldsException"><c>message_invalid</c>.</exception>
    public async Task RunAsync(Report report, CancellationToken ct)
    {
        var text = report.Text?.Trim().ReplaceLineEndings("\n") ?? "";
        var email = string.IsNullOrWhiteSpace(report.Email) ? null : report.Email.Trim();
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (text.Length is 0 or > LongestText || text.Contains('\0', StringComparison.Ordinal))
            faults["text"] = $"Write something, at most {LongestText} characters.";
        if (report.Topic is null) faults["topic"] = "Say what it is about.";
        if (email is not null && (email.Length > LongestEmail || !MailAddress.TryCreate(email, out var parsed) || parsed.Address != email))
            faults["email"] = "This is no e-mail address.";
        FieldsException.ThrowIfAny("message_invalid", faults);

        var about = await AboutAsync(report.Machine, report.Sale, ct);
        tenant.Enter(about.Organization);
        var topic = report.Topic!.Value;
        var now = clock.GetUtcNow().ToUniversalTime();
        db.Add(new CustomerMessage
        {
            Id = Id<CustomerMessage>.New(now),
            OrganizationId = about.Organization,
            Topic = topic,
            Text = text,
            MachineId = about.Machine?.Id,
            VendId = about.Sale?.Vend?.Id,
            Email = email,
            Language = report.Language,
            Photo = report.Photo?.Content,
            ReceivedAt = now,
        });
        await channels.AddAsync(about.Organization, ChannelTopic.Messages, manners => PostOf(topic, text, email, about.Machine, manners), ct);
        await db.SaveChangesAsync(ct);
    }

    /// <summary>What a report is about; what cannot be found is not held against anybody.</summary>
    public async Task<About> AboutAsync(string? machine, string? sale, CancellationToken ct)
    {
        if (sale is { Length: > 0 } && await sales.FindAsync(sale, ct) is { } found)
            return new About(found.Purchase.OrganizationId, await machines.GetAsync(found.Purchase.MachineId, ct), found);
        if (machine is not null && MachineId.TryParse(machine, out var id) && await machines.FindAsync(id, ct) is { } known)
            return new About(known.OrganizationId, known, null);
        await using var scope = scopes.CreateScopeAcross("a message without sign-in goes to the first organisation");
        var first = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Organization>()
            .OrderBy(o => o.CreatedAt).Select(o => o.Id).FirstAsync(ct);
        return new About(first, null, null);
    }

    /// <summary>As existing channels know it; who wrote it only where people may be named.</summary>
    private static string PostOf(MessageTopic topic, string text, string? email, Machine? machine, ChannelManners manners)
    {
        var at = machine is null ? "" : $" ({machine.Name})";
        var urgent = topic is MessageTopic.Danger ? "URGENT: " : "";
        var answer = manners.NamesPeople && email is not null ? $"\nAnswer to: {email}" : "";
        return $"{urgent}Received message from frontend{at}: {manners.Quote(text)}{answer}";
    }
}
