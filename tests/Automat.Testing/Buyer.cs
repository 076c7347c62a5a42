using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Automat.Testing;

/// <summary>A customer with a browser: opens a machine's page, sends its form, goes to the pay page.</summary>
public sealed partial class Buyer(HttpClient http)
{
    /// <summary>Sends a machine's form as the page has it.</summary>
    public async Task<HttpResponseMessage> OrderAsync(string machine, string slot = "A1", string quantity = "1")
    {
        var page = await http.GetStringAsync(new Uri($"/m/{machine}", UriKind.Relative));
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["slot"] = slot,
            ["quantity"] = quantity,
            ["__RequestVerificationToken"] = TokenIn(page),
        });
        return await http.PostAsync(new Uri($"/m/{machine}/checkout", UriKind.Relative), form);
    }

    /// <summary>Orders and is led to the pay page, which is returned.</summary>
    public async Task<string> OpenAsync(string machine = "cab001", int quantity = 1)
    {
        using var answer = await OrderAsync(
            machine, quantity: quantity.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return answer.StatusCode is HttpStatusCode.SeeOther
            ? Provider.SessionIn(answer.Headers.Location!)
            : throw new InvalidOperationException($"The machine refused: {answer.StatusCode}");
    }

    /// <summary>The robots' shop: a cart of product numbers.</summary>
    public async Task<HttpResponseMessage> CartAsync(string items)
    {
        using var body = new StringContent($"{{\"items\":{items}}}", System.Text.Encoding.UTF8, "application/json");
        return await http.PostAsync(new Uri("/api/create-checkout-session", UriKind.Relative), body);
    }

    /// <summary>Fills a cart and is led to the pay page, which is returned.</summary>
    public async Task<string> OpenCartAsync(string items)
    {
        using var answer = await CartAsync(items);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? Provider.SessionIn(new Uri(JsonSerializer.Deserialize<JsonElement>(text).GetProperty("url").GetString()!))
            : throw new InvalidOperationException($"The shop refused: {text}");
    }

    private static string TokenIn(string page) => Token().Match(page) is { Success: true } found
        ? WebUtility.HtmlDecode(found.Groups["token"].Value)
        : throw new InvalidOperationException("The page has no form to send.");

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();
}
