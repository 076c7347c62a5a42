using System.Security.Cryptography;
using System.Text;
using Automat.Domain;
using Automat.Server.Data;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines;

/// <summary>
/// What machines sign in with. Secrets lie encrypted in the database; those that are good now are remembered for a few
/// seconds. A retired machine has none.
/// </summary>
public sealed class MachineKeys(
    IServiceScopeFactory scopes, MachineDirectory machines, MachineChanges changes, IDataProtectionProvider protection,
    TimeProvider clock)
{
    private const string Purpose = "Automat.MachineSecrets";
    private const int SecretBytes = 32;

    private static readonly byte[] Nobody = RandomNumberGenerator.GetBytes(SecretBytes);

    private readonly Remembered<IReadOnlyList<byte[]>> known = new(changes, clock);

    /// <summary>
    /// The secrets a machine may use now, newest first, as the UTF-8 bytes of the text people saw; none for an unknown or
    /// retired machine.
    /// </summary>
    public ValueTask<IReadOnlyList<byte[]>> LiveOfAsync(MachineId id, CancellationToken ct) => known.OfAsync(id, async now =>
    {
        await using var scope = scopes.CreateScopeAcross("a machine's name tells whose it is");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var rows = await (from secret in db.Set<MachineSecret>().AsNoTracking()
                          join machine in db.Set<Machine>().AsNoTracking() on secret.MachineId equals machine.Id
                          where secret.MachineId == id && machine.State != MachineState.Retired
                              && secret.RevokedAt == null && (secret.ValidUntil == null || secret.ValidUntil > now)
                          orderby secret.Id descending
                          select secret).ToListAsync(ct);
        if (rows.Count == 0) return ((IReadOnlyList<byte[]>)[], null);

        var protector = ProtectorOf(id);
        return ((IReadOnlyList<byte[]>)[.. rows.Select(s => protector.Unprotect(s.ProtectedSecret))],
            rows.Min(s => s.ValidUntil) ?? DateTimeOffset.MaxValue);
    });

    /// <summary>
    /// The machine that presents this id and secret; null when it is none. Takes the same time whatever is presented.
    /// </summary>
    public async ValueTask<Machine?> SignInAsync(string? id, ReadOnlyMemory<byte> secret, CancellationToken ct)
    {
        var live = MachineId.TryParse(id, out var parsed) ? await LiveOfAsync(parsed, ct) : [];
        if (!IsAmong(live.Count > 0 ? live : [Nobody], secret.Span) || live.Count == 0) return null;
        return await machines.FindAsync(parsed, ct) is { State: not MachineState.Retired } machine ? machine : null;
    }

    /// <summary>
    /// Makes a new secret; those before it stay good for the overlap. Saved with the caller's own save, after which
    /// <see cref="MachineChanges.Tell"/> makes it known here at once.
    /// </summary>
    public async Task<IssuedSecret> IssueAsync(AutomatDb db, Machine machine, TimeSpan overlap, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        foreach (var before in await NotRevokedAsync(db, machine.Id, ct)) before.Retire(now + overlap);
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
        return new IssuedSecret(Add(db, machine, secret, now), secret);
    }

    /// <summary>
    /// Takes a secret a machine was given elsewhere in place of all it had. Saved with the caller's own save.
    /// </summary>
    public async Task<IssuedSecret> TakeAsync(AutomatDb db, Machine machine, string secret, CancellationToken ct)
    {
        await RevokeAsync(db, machine.Id, secret: null, ct);
        return new IssuedSecret(Add(db, machine, secret, clock.GetUtcNow()), secret);
    }

    /// <summary>
    /// Gives a machine a secret that was chosen elsewhere, such as the demo's, and takes all others back; changes nothing
    /// when it is its only one already. Saved with the caller's own save.
    /// </summary>
    public async Task KeepAsync(AutomatDb db, Machine machine, string secret, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var live = (await NotRevokedAsync(db, machine.Id, ct)).Where(s => s.IsLive(now)).ToList();
        if (live is [var only] && IsSame(only, secret)) return;
        foreach (var before in live) before.Revoke(now);
        Add(db, machine, secret, now);
    }

    /// <summary>
    /// Takes one secret back, or all of a machine's when none is named. Saved with the caller's own save. Returns how many
    /// that were good are good no more.
    /// </summary>
    public async Task<int> RevokeAsync(AutomatDb db, MachineId machine, Id<MachineSecret>? secret, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return (await NotRevokedAsync(db, machine, ct)).Count(s => (secret is null || s.Id == secret) && s.Revoke(now));
    }

    private static Task<List<MachineSecret>> NotRevokedAsync(AutomatDb db, MachineId machine, CancellationToken ct) =>
        db.Set<MachineSecret>().Where(s => s.MachineId == machine && s.RevokedAt == null).ToListAsync(ct);

    private Id<MachineSecret> Add(AutomatDb db, Machine machine, string secret, DateTimeOffset now)
    {
        var row = new MachineSecret
        {
            Id = Id<MachineSecret>.New(now),
            OrganizationId = machine.OrganizationId,
            MachineId = machine.Id,
            ProtectedSecret = ProtectorOf(machine.Id).Protect(Encoding.UTF8.GetBytes(secret)),
            CreatedAt = now.ToUniversalTime(),
        };
        db.Add(row);
        return row.Id;
    }

    private bool IsSame(MachineSecret kept, string secret)
    {
        try
        {
            return CryptographicOperations.FixedTimeEquals(
                ProtectorOf(kept.MachineId).Unprotect(kept.ProtectedSecret), Encoding.UTF8.GetBytes(secret));
        }
        catch (CryptographicException)
        {
            return false; // its key is gone: a new one takes its place
        }
    }

    /// <summary>A row copied to another machine is good for nothing there.</summary>
    private IDataProtector ProtectorOf(MachineId machine) => protection.CreateProtector(Purpose, machine.Value);

    private static bool IsAmong(IReadOnlyList<byte[]> secrets, ReadOnlySpan<byte> presented)
    {
        // Digests are of one length: how long a secret is does not show in the time the comparison takes.
        var digest = SHA256.HashData(presented);
        var found = false;
        foreach (var secret in secrets) found |= CryptographicOperations.FixedTimeEquals(SHA256.HashData(secret), digest);
        return found;
    }
}
