using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Automat.Server.Chips;

/// <summary>What staff send to register a chip.</summary>
/// <param name="Uid">The chip's UID as the reader gives it, hexadecimal.</param>
/// <param name="Label">What it is called on lists; never personal data.</param>
internal sealed record IssueChipRequest(string? Uid, string? Label);

/// <summary>Registers a chip. It begins active and without credit.</summary>
internal sealed class IssueChip(AutomatDb db, ChipKeys keys, TimeProvider clock)
{
    private const int LongestLabel = 100;

    /// <summary>Registers it.</summary>
    /// <exception cref="RuleException">
    /// <c>chip_uid_invalid</c>, <c>label_too_long</c>, <c>chip_already_issued</c>.
    /// </exception>
    public async Task<Chip> RunAsync(
        Id<Organization> organization, ChipUid uid, string label, CancellationToken ct)
    {
        if (label.Length > LongestLabel) throw new RuleException("label_too_long", $"A label has up to {LongestLabel} characters.");

        var now = clock.GetUtcNow();
        var chip = new Chip
        {
            Id = Id<Chip>.New(now),
            OrganizationId = organization,
            UidHash = uid.HashUnder(await keys.OfAsync(organization, ct)),
            Label = label,
            CreatedAt = now,
        };
        db.Add(chip);
        db.Note(organization, "chip.issued", "chip", chip.Id.ToString());
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException error) when (error.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw new RuleException("chip_already_issued", "A chip with this UID is registered already.");
        }

        return chip;
    }

    public static void Map(IEndpointRouteBuilder chips) => chips
        .MapPost("", async (IssueChipRequest request, IssueChip issue, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            var chip = await issue.RunAsync(
                caller.OrganizationOf(), ChipUid.Parse(request.Uid), request.Label?.Trim() ?? "", ct);
            return TypedResults.Created($"/api/v1/chips/{chip.Id}", ChipAnswer.Of(chip, balance: 0, currency: null));
        })
        .RequirePermission(Permission.ChipWrite)
        .WithName(nameof(IssueChip)).WithSummary("Register a chip by its UID");
}
