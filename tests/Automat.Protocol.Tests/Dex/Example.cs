using System.Text;

namespace Automat.Protocol.Tests.Dex;

/// <summary>The two example reads, six hours apart.</summary>
internal static class Example
{
    public static byte[] First { get; } = Load("example_univend_t0.dex");

    public static byte[] Second { get; } = Load("example_univend_t1.dex");

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n"));

    private static byte[] Load(string name)
    {
        using var stream = typeof(Example).Assembly.GetManifestResourceStream(name)!;
        using var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    }
}
