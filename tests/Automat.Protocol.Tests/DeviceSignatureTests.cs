using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Automat.Protocol.Tests;

[Trait("Accepts", "S2-26")]
public sealed class DeviceSignatureTests
{
    /// <summary>Secret, method, path, body, timestamp, nonce, signature: as published.</summary>
    public static TheoryData<string, string, string, string, long, string, string> Published => new()
    {
        {
            "device-secret", "POST", "/api/v1/reservations", """{"chip":"x"}""", 1752800000,
            "6f1c1b0e-2f0a-4b4c-9f7c-0a4d2a6f3e11", "00170cfec5c0536bd69976fbf7a5eb5c8092f06567a3226ba9833465164c3bcd"
        },
        {
            "device_secret", "POST", "/api/v1/device/reservations", "{}", 1700000000,
            "00000000-0000-4000-8000-000000000001", "01615c365b89951709d814e4026d0f9edd29c92b26db4475566f879fe8c1bdcf"
        },
    };

    private const string Python =
        """
        import hashlib, hmac, sys
        secret, method, path, body, ts, nonce = (a.encode() for a in sys.argv[1:7])
        text = b"\n".join([method, path, hashlib.sha256(body).hexdigest().encode(), ts, nonce])
        print(hmac.new(secret, text, hashlib.sha256).hexdigest())
        """;

    private const string Node =
        """
        const { createHash, createHmac } = require('crypto');
        const [secret, method, path, body, ts, nonce] = process.argv.slice(1);
        const hash = createHash('sha256').update(body).digest('hex');
        console.log(createHmac('sha256', secret).update([method, path, hash, ts, nonce].join('\n')).digest('hex'));
        """;

    [Theory]
    [MemberData(nameof(Published))]
    public void The_published_vectors_are_signed_as_published(
        string secret, string method, string path, string body, long timestamp, string nonce, string signature) =>
        Assert.Equal(signature, Sign(secret, method, path, body, timestamp, nonce));

    [Theory]
    [InlineData("/usr/bin/python3", "-c", Python)]
    [InlineData("node", "-e", Node)]
    public async Task Another_implementation_comes_to_the_same_signature(string program, string flag, string script)
    {
        foreach (var (secret, method, path, body, nonce) in new[]
        {
            ("device-secret", "POST", "/device/v1/vends", """{"mdb_session_id":"a"}""", "6f1c1b0e-2f0a-4b4c-9f7c-0a4d2a6f3e11"),
            ("ms_é", "GET", "/device/v1/commands?wait=30&x=%C3%A9%20", "", "6f1c1b0e-2f0a-4b4c-9f7c-0a4d2a6f3e12"),
            ("s", "POST", "/" + new string('p', 1500), "Käse", "6f1c1b0e-2f0a-4b4c-9f7c-0a4d2a6f3e13"),
        })
        {
            var theirs = await RunAsync(program, flag, script, secret, method, path, body, "1752800000", nonce);

            Assert.Equal(theirs, Sign(secret, method, path, body, 1752800000, nonce));
        }
    }

    [Theory]
    [InlineData("POST", "/v", "{}", "100", "n", true)]
    [InlineData("PUT", "/v", "{}", "100", "n", false)]
    [InlineData("POST", "/v?", "{}", "100", "n", false)]
    [InlineData("POST", "/v", "{ }", "100", "n", false)]
    [InlineData("POST", "/v", "{}", "0100", "n", false)]
    [InlineData("POST", "/v", "{}", "100", "N", false)]
    public void Whatever_is_altered_makes_the_signature_wrong(
        string method, string path, string body, string timestamp, string nonce, bool right)
    {
        var signature = Sign("secret", "POST", "/v", "{}", 100, "n");

        Assert.Equal(right, DeviceSignature.Verify(
            [Encoding.UTF8.GetBytes("secret")], method, path, HashOf(body), timestamp, nonce, signature));
    }

    [Fact]
    public void Any_of_the_live_secrets_signs_and_no_other()
    {
        byte[][] live = [Encoding.UTF8.GetBytes("new"), Encoding.UTF8.GetBytes("old")];

        Assert.All(new[] { "new", "old" }, s => Assert.True(Verify(live, Sign(s, "GET", "/", "", 1, "n"))));
        Assert.False(Verify(live, Sign("other", "GET", "/", "", 1, "n")));
        Assert.False(Verify([], Sign("new", "GET", "/", "", 1, "n")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("zz")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    public void What_is_no_signature_is_wrong(string signature) =>
        Assert.False(Verify([Encoding.UTF8.GetBytes("secret")], signature));

    [Fact]
    public void Capitals_are_no_second_spelling_of_a_signature()
    {
        var signature = Sign("secret", "GET", "/", "", 1, "n");

        Assert.False(Verify([Encoding.UTF8.GetBytes("secret")], signature.ToUpperInvariant()));
    }

    private static bool Verify(IReadOnlyList<byte[]> secrets, string signature) =>
        DeviceSignature.Verify(secrets, "GET", "/", HashOf(""), "1", "n", signature);

    private static string HashOf(string body) => DeviceSignature.HashOf(Encoding.UTF8.GetBytes(body));

    private static string Sign(string secret, string method, string path, string body, long timestamp, string nonce) =>
        DeviceSignature.Sign(
            Encoding.UTF8.GetBytes(secret), method, path, Encoding.UTF8.GetBytes(body), timestamp, nonce);

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var found = program.StartsWith('/') ? File.Exists(program) : Environment.GetEnvironmentVariable("PATH")!
            .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
        Assert.SkipUnless(found, $"{program} is not installed.");
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, string.Create(CultureInfo.InvariantCulture, $"exit code {process.ExitCode}"));
        return text.Trim();
    }
}
