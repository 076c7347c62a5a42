using System.Security.Cryptography;

namespace Automat.Mqtt.Tls;

/// <summary>What was read from some files, read again when their content changes. Content, not dates: files behind
/// symbolic links are replaced without a date that tells. Files that can't be used leave the last good ones in
/// force.</summary>
internal sealed class WatchedFiles<T>
    where T : class
{
    private readonly string[] paths;
    private readonly Func<T> load;
    private byte[] seen;
    private volatile T current;

    /// <summary>Reads them for the first time; what is wrong then is thrown.</summary>
    public WatchedFiles(IEnumerable<string?> paths, Func<T> load)
    {
        this.paths = [.. paths.OfType<string>()];
        this.load = load;
        seen = Fingerprint();
        current = load();
    }

    public T Current => current;

    /// <summary>True if there was something new and it is in force now.</summary>
    /// <exception cref="Exception">The new files can't be used; said once for each change.</exception>
    public bool Refresh()
    {
        var now = Fingerprint();
        if (now.AsSpan().SequenceEqual(seen)) return false;
        seen = now;
        current = load();
        return true;
    }

    private byte[] Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in paths) hash.AppendData(SHA256.HashData(File.ReadAllBytes(path)));
        return hash.GetHashAndReset();
    }
}
