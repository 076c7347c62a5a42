using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Journal;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>What is sent to issue a chip.</summary>
/// <param name="Uid">The chip's UID as the reader gives it, hexadecimal.</param>
/// <param name="Label">What it is called on lists; never personal data.</param>
/// <param name="Reference">What another system knows it by, such as a personnel number.</param>
/// <param name="Holder">Who carries it; kept apart and erased on demand.</param>
/// <param name="HolderEmail">By which the holder's data are found and erased.</param>
/// <param name="Group">Name of the group whose limits and allowance it shares.</param>
/// <param name="Flags">What it may do.</param>
/// <param name="Limits">Its own limits.</param>
/// <param name="Allowance">Its own allowance.</param>
/// <param name="CreditLine">How far its balance may go below zero, minor units.</param>
/// <param name="InitialTopUp">Credit paid at the desk when it is issued, minor units.</param>
internal sealed record IssueChipRequest(
    string? Uid, string? Label = null, string? Reference = null, string? Holder = null, string? HolderEmail = null,
    string? Group = null, FlagsBody? Flags = null, LimitsBody? Limits = null, AllowanceBody? Allowance = null,
    long? CreditLine = null, long? InitialTopUp = null)
{
    /// <summary>Whether money moves with it, or may move because of it.</summary>
    [JsonIgnore]
    public bool MovesMoney => InitialTopUp is > 0 || CreditLine is > 0 || Allowance is not null;
}

/// <summary>
/// Issues a chip. It begins active, its first credit booked in the same step: both, or neither. A UID is issued once, however
/// it is spelled and under whichever key it is kept.
/// </summary>
internal sealed class IssueChip(AutomatDb db, ChipKeys keys, Journal.Journal journal, Actor actor, TimeProvider clock)
{
    private const int Tries = 5;

    /// <summary>Issues it.</summary>
    /// <param name="organization">Whose.</param>
    /// <param name="request">What was sent.</param>
    /// <param name="key">The caller's idempotency key; null where no money moves.</param>
    /// <param name="ct">Cancels waiting, not the booking.</param>
    /// <exception cref="Platform.FieldsException">By field: <c>chip_uid_invalid</c>, <c>chip_invalid</c>…</exception>
    /// <exception cref="RuleException"><c>chip_already_issued</c>; <c>idempotency_key_reused</c>.</exception>
    public async Task<IssuedChip> RunAsync(
        Id<Organization> organization, IssueChipRequest request, string? key, CancellationToken ct)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        var uid = Check(faults, request);
        var group = await ChipFields.GroupAsync(db, faults, request.Group, ct);
        ChipFields.ThrowIfAny(faults);
        var currency = await db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);

        for (var attempt = 1; ; attempt++)
        {
            var ring = attempt == 1 ? await keys.OfAsync(organization, ct) : await keys.LookAsync(organization, ct);
            var chip = NewChip(organization, request, group, ring.Hash(uid!.Value), ring.Newest, clock.GetUtcNow());
            try
            {
                var issued = await journal.ExecuteAsync(
                    new BookIssue(chip, ring.Hashes(uid.Value), AuditSignature.Of(actor), key, FingerprintOf(request))
                    {
                        Organization = organization,
                        Holder = HolderOf(chip, request),
                        TopUp = new Money(request.InitialTopUp ?? 0, currency),
                    }, ct);
                await RequireSameChipAsync(organization, issued, chip, ring.Hashes(uid.Value), ct);
                return issued;
            }
            catch (RuleException changed) when (changed.Code == BookIssue.KeyExchanged && attempt < Tries)
            {
                // The key was exchanged meanwhile: the next try hashes under the new one.
            }
        }
    }

    public static void Map(IEndpointRouteBuilder chips) => chips
        .MapPost("", async (
            IssueChipRequest request, IssueChip issue, ChipReader reader, HttpContext http, ClaimsPrincipal caller,
            CancellationToken ct) =>
        {
            var issued = await issue.ServeAsync(http, caller, request, ct);
            return TypedResults.Created(
                $"/api/v1/chips/{issued.ChipId}", await reader.OneAsync(caller.OrganizationOf(), new Id<Chip>(issued.ChipId), ct));
        })
        .RequirePermission(Permission.ChipWrite)
        .WithName(nameof(IssueChip)).WithSummary("Register a chip by its UID");

    /// <summary>Issues it for a caller over HTTP.</summary>
    public async Task<IssuedChip> ServeAsync(HttpContext http, ClaimsPrincipal caller, IssueChipRequest request, CancellationToken ct)
    {
        var organization = caller.OrganizationOf();
        var header = http.Request.Headers["Idempotency-Key"].ToString();
        if (request.MovesMoney && !caller.Allows(Permission.ChipTopUp))
        {
            throw new RuleException("forbidden", "Giving credit takes the permission chip.topup.");
        }

        if (!request.MovesMoney && header.Length == 0) return await RunAsync(organization, request, key: null, ct);
        var key = Idempotency.KeyOf(header);
        return await http.RequestServices.GetRequiredService<Idempotency>()
            .RunAsync(organization, "issue:" + key, () => RunAsync(organization, request, key, ct));
    }

    private static ChipUid? Check(Dictionary<string, string> faults, IssueChipRequest request)
    {
        ChipFields.Text(faults, "label", request.Label);
        ChipFields.Text(faults, "reference", request.Reference);
        ChipFields.Holder(faults, request.Holder, request.HolderEmail);
        ChipFields.CreditLine(faults, request.CreditLine);
        ChipFields.Limits(faults, request.Limits, request.Allowance);
        if (request.InitialTopUp is < 0 or > TopUpChip.Most) faults["initial_top_up"] = $"From 0 to {TopUpChip.Most} minor units.";
        return ChipFields.Uid(faults, request.Uid);
    }

    /// <summary>The chip a request asks for.</summary>
    internal static Chip NewChip(
        Id<Organization> organization, IssueChipRequest request, Id<ChipGroup>? group, byte[] hash, int version, DateTimeOffset now) => new()
        {
            Id = Id<Chip>.New(now),
            OrganizationId = organization,
            UidHash = hash,
            KeyVersion = version,
            Label = request.Label?.Trim() ?? "",
            Reference = ChipFields.Trimmed(request.Reference),
            GroupId = group,
            FreeVend = request.Flags?.FreeVend ?? false,
            Employee = request.Flags?.Employee ?? false,
            ProofOfAge = request.Flags?.ProofOfAge ?? false,
            CreditLine = request.CreditLine ?? 0,
            Limits = request.Limits?.Store(),
            Allowance = request.Allowance?.Store(),
            CreatedAt = now.ToUniversalTime(),
        };

    /// <summary>Who is to carry it; null for nobody.</summary>
    internal static ChipHolder? HolderOf(Chip chip, IssueChipRequest request) => ChipFields.Trimmed(request.Holder) is { } name
        ? new ChipHolder
        {
            ChipId = chip.Id,
            OrganizationId = chip.OrganizationId,
            Name = name,
            Email = ChipFields.Trimmed(request.HolderEmail),
        }
        : null;

    /// <summary>What was asked for, without what tells of the UID or the holder: that would be a hash to try out.</summary>
    private static string FingerprintOf(IssueChipRequest request) => Convert.ToHexStringLower(SHA256.HashData(
        JsonSerializer.SerializeToUtf8Bytes(
            request with { Uid = null, Holder = null, HolderEmail = null }, LimitsBody.Stored)))[..32]
        + string.Create(CultureInfo.InvariantCulture, $":{request.InitialTopUp}");

    /// <summary>A repeat names the chip of the first time; one that names another is another request under the same key.</summary>
    private async Task RequireSameChipAsync(
        Id<Organization> organization, IssuedChip issued, Chip chip, byte[][] hashes, CancellationToken ct)
    {
        if (issued.ChipId == chip.Id.Value) return;
        var id = new Id<Chip>(issued.ChipId);
        if (await db.Set<Chip>().AnyAsync(c => c.OrganizationId == organization && c.Id == id && hashes.Contains(c.UidHash), ct)) return;
        throw new RuleException("idempotency_key_reused", "This key was used before for a different request.");
    }
}
