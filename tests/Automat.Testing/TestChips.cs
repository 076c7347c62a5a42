using System.Security.Cryptography;
using System.Text.Json;

namespace Automat.Testing;

/// <summary>A chip as a test knows it.</summary>
public sealed record TestChip(string Uid, Guid Id)
{
    public string Account => $"chip:{Id}";
}

/// <summary>What staff do with chips.</summary>
public static class TestChips
{
    /// <summary>A new chip with so much credit, in minor units.</summary>
    public static async Task<TestChip> GivenChipAsync(this TestApp app, long credit)
    {
        var uid = Convert.ToHexString(RandomNumberGenerator.GetBytes(7));
        var issued = JsonSerializer.Deserialize<JsonElement>(
            await app.StaffAsync(HttpMethod.Post, "/api/v1/chips", new { uid, label = "of a test" }));
        var chip = new TestChip(uid, issued.GetProperty("id").GetGuid());
        if (credit > 0) await app.TopUpAsync(chip, credit, Guid.CreateVersion7().ToString());
        return chip;
    }

    /// <summary>Adds credit; returns the answer.</summary>
    public static async Task<JsonElement> TopUpAsync(this TestApp app, TestChip chip, long amount, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/chips/{chip.Id}/top-ups");
        request.Headers.Add("X-API-Key", TestApp.ApiKey);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        request.Content = System.Net.Http.Json.JsonContent.Create(new { amount, reason = "test" });
        using var answer = await app.Client.SendAsync(request);
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Posts as staff do, under an idempotency key; null sends none.</summary>
    public static async Task<(System.Net.HttpStatusCode Status, JsonElement Body)> CallWithKeyAsync(
        this TestApp app, string path, object body, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Add("X-API-Key", TestApp.ApiKey);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        request.Content = System.Net.Http.Json.JsonContent.Create(body);
        using var answer = await app.Client.SendAsync(request);
        return (answer.StatusCode, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()));
    }

    /// <summary>What is on it.</summary>
    public static async Task<long> CreditAsync(this TestApp app, TestChip chip) =>
        (await app.BalancesAsync()).GetValueOrDefault(chip.Account);
}
