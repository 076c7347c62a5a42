using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>The program's commands: what they say and what they end with.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("automat-cli-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("--help", "serve")]
    [InlineData("serve --help", "Run the server")]
    [InlineData("migrate --help", "Bring the database up to date")]
    [InlineData("ledger verify --help", "--organization")]
    [InlineData("ledger export --help", "newline-delimited JSON")]
    [InlineData("simulate --help", "--cabinet")]
    public async Task Help_is_everywhere(string arguments, string expected)
    {
        var (code, output, _) = await ServerProgram.RunAsync(folder.FullName, arguments.Split(' '));
        Assert.Equal(0, code);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Accepts", "S3-13")]
    [Trait("Accepts", "S0-03")]
    [InlineData("Automat__Demo", "false", "Stripe__SecretKey is missing")]
    [InlineData("Stripe__SecretKey", "sk_test_1", "Stripe__WebhookSecret is missing")]
    [InlineData("Automat__Demo", "perhaps", "Automat__Demo is true or false")]
    [InlineData("Automat__Mqtt__Port", "70000", "Automat__Mqtt__Port is a number from 0 to 65535")]
    [InlineData("Automat__Robot__Port", "three", "Automat__Robot__Port is a port")]
    [InlineData("ASPNETCORE_URLS", "https://127.0.0.1:1", "is not an http address")]
    public async Task A_wrong_setting_is_named_in_one_line(string name, string value, string sentence)
    {
        var (code, _, errors) = await ServerProgram.RunAsync(folder.FullName, [], (name, value));
        Assert.Equal(2, code);
        Assert.Contains(sentence, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder.FullName, "data")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ledger verify")]
    [InlineData("migrate")]
    public async Task An_env_file_that_cannot_be_read_is_named_with_its_line(string arguments)
    {
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, ".env"), "Automat__Demo=true\nthis is no setting\n");
        var (code, _, errors) = await ServerProgram.RunAsync(
            folder.FullName, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, code);
        Assert.Contains(".env", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fly", 2)]
    [InlineData("ledger verify --from x", 2)]
    [InlineData("simulate --faults wild", 2)]
    public async Task Wrong_use_is_told_from_failure(string arguments, int expected)
    {
        var (code, _, errors) = await ServerProgram.RunAsync(folder.FullName, arguments.Split(' '));
        Assert.Equal(expected, code);
        Assert.NotEmpty(errors);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ledger verify")]
    [InlineData("migrate")]
    [InlineData("serve")]
    public async Task A_database_that_is_not_there_is_told_in_one_line(string arguments)
    {
        var (code, _, errors) = await ServerProgram.RunAsync(
            folder.FullName, arguments.Split(' '), ("Automat__Demo", "true"),
            ("ConnectionStrings__Automat", "Host=127.0.0.1;Port=1;Username=x;Timeout=3"));
        Assert.Equal(3, code);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tampering_is_found_beside_the_running_server_and_the_row_is_named()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var robot = await TestRobot.ConnectAsync(app);
        await buyer.BuyAsync();
        await buyer.BuyAsync();
        (string, string)[] database =
        [
            ("ConnectionStrings__Automat", app.Database.Address.Serving),
            ("ConnectionStrings__AutomatOwner", app.Database.Address.Owner),
        ];
        var good = await ServerProgram.RunAsync(folder.FullName, ["ledger", "verify"], database);
        Assert.Equal((0, ""), (good.Code, ServerProgram.Complaints(good.Errors)));
        Assert.Contains("unbroken", good.Output, StringComparison.Ordinal);

        await buyer.ChangeAsync("alter table ledger_entries disable trigger all");
        Assert.Equal(1, await buyer.ChangeAsync(
            "update ledger_entries set payload = replace(payload::text, '150', '151') where sequence = 4"));
        var bad = await ServerProgram.RunAsync(folder.FullName, ["ledger", "verify"], database);
        Assert.Equal(1, bad.Code);
        Assert.Contains("BROKEN at row 4", bad.Output, StringComparison.Ordinal);
        var unknown = await ServerProgram.RunAsync(
            folder.FullName, ["ledger", "verify", "--organization", "nobody"], database);
        Assert.Equal(2, unknown.Code);
    }
}
