using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Automat.Bench;

/// <summary>Watches whether the machine does other work meanwhile: the same sum of hashes, timed again and again.</summary>
internal sealed class Noise
{
    private readonly List<double> milliseconds = [];

    public static Noise Begin()
    {
        var noise = new Noise();
        for (var i = 0; i < 3; i++) noise.Look(); // the first ones warm up
        noise.milliseconds.Clear();
        noise.Look();
        return noise;
    }

    /// <summary>Takes a sample; called before each round.</summary>
    public void Look()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        hash.Clear();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 50_000; i++) SHA256.HashData(hash, hash);
        milliseconds.Add(watch.Elapsed.TotalMilliseconds);
    }

    public void Report()
    {
        var (fastest, slowest) = (milliseconds.Min(), milliseconds.Max());
        var verdict = slowest > 1.25 * fastest ? "NOISY: trust the ratios of this run only, and these with care" : "quiet";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\nThe machine was {verdict} (the same work took {fastest:0.0}–{slowest:0.0} ms, load {Load()})."));
    }

    private static string Load() => File.Exists("/proc/loadavg")
        ? File.ReadAllText("/proc/loadavg").Split(' ')[0] + $" on {Environment.ProcessorCount} cores"
        : "unknown";
}
