using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Messages;

/// <summary>Staff say how far a report has been dealt with, and note what they found.</summary>
internal sealed class ChangeMessage(AutomatDb db, TimeProvider clock)
{
    public const int LongestNote = 1_000;

    /// <summary>What stands in the audit.</summary>
    public const string Word = "customer_message";

    /// <summary>Keeps it; the same again changes nothing.</summary>
    /// <exception cref="RuleException"><c>message_unknown</c>.</exception>
    /// <exception cref="FieldsException"><c>message_invalid</c>.</exception>
    public async Task RunAsync(ClaimsPrincipal caller, Guid id, MessageState? state, string? note, CancellationToken ct)
    {
        var organization = caller.OrganizationOf();
        var written = string.IsNullOrWhiteSpace(note) ? null : note.Trim();
        if (written?.Length > LongestNote || state is null)
        {
            throw new FieldsException("message_invalid", new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["note"] = $"At most {LongestNote} characters.",
            });
        }

        var key = new Id<CustomerMessage>(id);
        var message = await db.Set<CustomerMessage>().SingleOrDefaultAsync(m => m.Id == key && m.OrganizationId == organization, ct)
            ?? throw new RuleException("message_unknown", $"There is no message {id}.");
        if (message.State == state && message.Note == written) return;
        var action = message.State == state ? "customer_message.noted" : state switch
        {
            MessageState.New => "customer_message.reopened",
            MessageState.InHand => "customer_message.taken",
            _ => "customer_message.done",
        };
        (message.State, message.Note, message.ChangedAt) = (state.Value, written, clock.GetUtcNow().ToUniversalTime());
        db.Note(organization, action, Word, id.ToString());
        await db.SaveChangesAsync(ct);
    }
}
