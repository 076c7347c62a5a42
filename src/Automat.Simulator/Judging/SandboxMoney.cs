using System.Text.Json;

namespace Automat.Simulator.Judging;

/// <summary>What the Stripe sandbox holds, added up from its control interface.</summary>
/// <param name="http">Connections.</param>
/// <param name="sandbox">Its address.</param>
public sealed class SandboxMoney(HttpMessageInvoker http, Uri sandbox) : IPaymentsHeld
{
    /// <inheritdoc/>
    public async Task<long> HeldAsync(CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(sandbox, "/_sandbox/state?limit=100000"));
        using var answer = await http.SendAsync(request, ct);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync(ct);
        using var state = await JsonDocument.ParseAsync(body, cancellationToken: ct);
        return Sum(state, "charges", "amount_captured", _ => true)
            - Sum(state, "refunds", "amount", r => r.GetProperty("status").GetString() == "succeeded")
            - Sum(state, "disputes", "amount", d => d.GetProperty("status").GetString() != "won");
    }

    private static long Sum(JsonDocument state, string kind, string amount, Func<JsonElement, bool> counts) =>
        state.RootElement.GetProperty(kind).EnumerateArray().Where(counts).Sum(one => one.GetProperty(amount).GetInt64());
}
