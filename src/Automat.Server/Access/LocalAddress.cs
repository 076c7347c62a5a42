namespace Automat.Server.Access;

/// <summary>Where somebody is sent after signing in: only ever to a page of ours.</summary>
public static class LocalAddress
{
    private const int Longest = 1_000;

    /// <summary>The address when it is a path on this server, else the fallback.</summary>
    /// <remarks>
    /// <c>//evil.example</c> and <c>/\evil.example</c> are other hosts to a browser, which also drops control characters
    /// before it looks.
    /// </remarks>
    public static string Or(string? address, string fallback) => IsLocal(address) ? address! : fallback;

    private static bool IsLocal(string? address) =>
        address is { Length: > 0 and <= Longest } && address[0] == '/'
        && (address.Length == 1 || address[1] is not ('/' or '\\'))
        && !address.Any(char.IsControl);
}
