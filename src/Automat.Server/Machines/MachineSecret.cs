using System.Security.Cryptography;
using System.Text;

namespace Automat.Server.Machines;

/// <summary>
/// The secret a machine signs in with. It is random and long, so its SHA-256 is enough to keep; comparing takes the same
/// time whatever is presented.
/// </summary>
public static class MachineSecret
{
    private static readonly byte[] Nobody = SHA256.HashData(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is kept of a secret.</summary>
    public static byte[] HashOf(ReadOnlySpan<byte> secret) => SHA256.HashData(secret);

    /// <summary>What is kept of a secret.</summary>
    public static byte[] HashOf(string secret) => HashOf(Encoding.UTF8.GetBytes(secret));

    /// <summary>Whether this is the machine's secret; for an unknown machine never, after the same work.</summary>
    public static bool Matches(Machine? machine, ReadOnlySpan<byte> secret) =>
        CryptographicOperations.FixedTimeEquals(HashOf(secret), machine?.SecretHash ?? Nobody)
        && machine is { State: not MachineState.Retired };
}
