using System.Text.Json;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>What staff do with chips.</summary>
[Trait("Accepts", "S2-01")]
public sealed class ChipApiTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    public async Task A_top_up_is_booked_once_per_key_and_names_its_entry()
    {
        var chip = await app.GivenChipAsync(0);

        var first = await app.TopUpAsync(chip, 500, "key-1");
        var again = await app.TopUpAsync(chip, 500, "key-1");
        var other = await app.TopUpAsync(chip, 600, "key-1");
        var without = await app.TopUpAsync(chip, 500, null);
        var negative = await app.TopUpAsync(chip, -500, "key-2");

        Assert.Equal(500, first.GetProperty("balance").GetInt64());
        Assert.True(first.GetProperty("ledger_sequence").GetInt64() > 0);
        Assert.Equal(first.GetRawText(), again.GetRawText());
        Assert.Equal("idempotency_key_reused", Code(other));
        Assert.Equal("idempotency_key_missing", Code(without));
        Assert.Equal("amount_invalid", Code(negative));
        Assert.Equal(500, await app.CreditAsync(chip));
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task A_chip_is_registered_once_however_its_uid_is_spelled()
    {
        var chip = await app.GivenChipAsync(300);
        var spelled = string.Join(':', chip.Uid.ToLowerInvariant().Chunk(2).Select(c => new string(c)));

        var again = await IssueAsync(spelled);
        var shown = JsonSerializer.Deserialize<JsonElement>(await app.StaffAsync(HttpMethod.Get, $"/api/v1/chips/{chip.Id}"));

        Assert.Equal("chip_already_issued", Code(again));
        Assert.Equal((300, "active"), (shown.GetProperty("balance").GetInt64(), shown.GetProperty("state").GetString()));
        Assert.False(shown.TryGetProperty("uid", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("no uid at all")]
    [InlineData("0102030405060708090A0B")]
    public async Task What_is_no_uid_is_refused(string uid) => Assert.Equal("chip_uid_invalid", Code(await IssueAsync(uid)));

    [Fact]
    public async Task Nobody_but_staff_may()
    {
        using var answer = await app.Client.GetAsync(new Uri(app.Http, $"/api/v1/chips/{Guid.CreateVersion7()}"));

        Assert.Equal(401, (int)answer.StatusCode);
    }

    [Fact]
    public async Task The_demo_has_a_chip_with_credit()
    {
        var device = new TestDevice(app);

        var held = await device.ReserveAsync("demo", "04A1B2C3D4E580");
        await device.CancelAsync(held.Text("reservation_id"));

        Assert.Equal(201, held.Status);
    }

    private static string? Code(JsonElement answer) => answer.GetProperty("code").GetString();

    private async Task<JsonElement> IssueAsync(string uid) => JsonSerializer.Deserialize<JsonElement>(
        await app.StaffAsync(HttpMethod.Post, "/api/v1/chips", new { uid, label = "x" }));
}
