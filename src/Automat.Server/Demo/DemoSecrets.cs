using System.Security.Cryptography;
using System.Text.Json;

namespace Automat.Server.Demo;

/// <summary>
/// The demo's sign-ins: as configured, else random. They are kept in the data folder, readable for its owner only, so that a
/// second start prints the same ones.
/// </summary>
internal sealed record DemoSecrets(
    string Password, string ApiKey, string MachineSecret, string StripeKey, string WebhookSecret)
{
    private const string FileName = "demo-secrets.json";

    public static DemoSecrets Open(string folder, IConfiguration configuration)
    {
        var path = Path.Combine(folder, FileName);
        var kept = File.Exists(path) ? JsonSerializer.Deserialize<DemoSecrets>(File.ReadAllText(path)) : null;
        if (kept is null)
        {
            kept = new DemoSecrets(
                Words(), "ak_demo_" + Random(20), "ms_demo_" + Random(16), "sk_test_" + Random(16), "whsec_" + Random(16));
            using var file = new FileStream(path, OptionsFor());
            JsonSerializer.Serialize(file, kept);
        }

        return kept with
        {
            Password = Given(configuration, "Automat:Demo:Password") ?? kept.Password,
            ApiKey = Given(configuration, "Automat:Demo:ApiKey") ?? kept.ApiKey,
            MachineSecret = Given(configuration, "Automat:Demo:MachineSecret") ?? kept.MachineSecret,
        };
    }

    private static FileStreamOptions OptionsFor()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private static string? Given(IConfiguration configuration, string name) =>
        configuration[name] is { Length: > 0 } given ? given : null;

    private static string Random(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));

    /// <summary>Easy to type from one screen to another, and long enough not to be guessed.</summary>
    private static string Words() => string.Join('-', Enumerable.Range(0, 4).Select(_ => Random(3)));
}
