using System.Net;
using System.Text.RegularExpressions;
using Automat.Simulator.Faults;
using Automat.Simulator.Judging;
using Automat.Simulator.Machines;
using Automat.Simulator.Running;

namespace Automat.Simulator.Customers;

/// <summary>
/// Somebody with a phone: opens the machine's page, chooses, pays on the provider's page, and follows what becomes of it.
/// Everything by the pages' own forms and links.
/// </summary>
/// <param name="email">The address they give while paying; nobody else's.</param>
/// <param name="world">Where they are.</param>
/// <param name="dice">How they choose.</param>
internal sealed partial class WebCustomer(string email, Surroundings world, Dice dice)
{
    private const string GoodCard = "4242 4242 4242 4242";
    private const string DeclinedCard = "4000 0000 0000 0002";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(8);

    private readonly Dictionary<string, string> cookies = new(StringComparer.Ordinal);

    /// <summary>Buys one thing at a machine.</summary>
    /// <param name="machine">Where.</param>
    /// <param name="ct">The run is over; whoever has paid keeps looking until the page says that it is over.</param>
    /// <param name="end">Nobody waits any longer.</param>
    public async Task BuyAsync(string machine, CancellationToken ct, CancellationToken end)
    {
        try
        {
            if (await OrderAsync(machine, ct) is not { } payPage) return;
            if (dice.Below(40) == 0)
            {
                world.Figures.Add(Count.Left); // forgets about it on the way to the pay page
                return;
            }

            if (await PayAsync(payPage, ct) is not { } page) return;
            var paid = world.Witness.SawPay(machine, email, SessionIn(payPage));
            world.Figures.Add(Count.Paid);
            world.Figures.Opened();
            await FollowAsync(paid, page, end);
            world.Figures.Closed();
            if (paid.Stage is "Refunded" or "Refunding") world.Figures.Add(Count.Refunded);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException)
        {
            world.Figures.Add(Count.Errors);
        }
    }

    /// <summary>From the machine's page to the pay page; null when the machine sells nothing right now.</summary>
    private async Task<Uri?> OrderAsync(string machine, CancellationToken ct)
    {
        var address = new Uri(world.Server.Http, $"/m/{machine}");
        var began = world.Time.GetTimestamp();
        using var shown = await SendAsync(HttpMethod.Get, address, form: null, ct);
        var page = await shown.Content.ReadAsStringAsync(ct);
        var token = Token().Match(page);
        if (!token.Success)
        {
            world.Figures.Refuse(shown.IsSuccessStatusCode ? "page_not_selling" : $"page_{(int)shown.StatusCode}");
            return null;
        }

        // At a fridge nothing is chosen: an amount is held, and the door opens.
        var holds = page.Contains("id=\"hold\"", StringComparison.Ordinal);
        var slots = Slot().Matches(page).Select(m => WebUtility.HtmlDecode(m.Groups["slot"].Value)).Distinct().ToList();
        if (slots.Count == 0 && !holds)
        {
            world.Figures.Refuse("page_sold_out");
            return null;
        }

        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["__RequestVerificationToken"] = WebUtility.HtmlDecode(token.Groups["token"].Value),
        };
        if (!holds) (form["slot"], form["quantity"]) = (dice.OneOf(slots), "1");
        using var answer = await SendAsync(HttpMethod.Post, new Uri(world.Server.Http, $"/m/{machine}/checkout"), form, ct);
        if (answer.StatusCode is HttpStatusCode.SeeOther)
        {
            world.Figures.Order.Add(world.Time.GetElapsedTime(began));
            return answer.Headers.Location;
        }

        world.Figures.Refuse($"checkout_{(int)answer.StatusCode}");
        if ((int)answer.StatusCode >= 500) world.Figures.Add(Count.Errors);
        return null;
    }

    /// <summary>Types a card number; null when it is declined and they give up.</summary>
    private async Task<Uri?> PayAsync(Uri payPage, CancellationToken ct)
    {
        var declined = dice.Below(30) == 0;
        using var answer = await SendAsync(HttpMethod.Post, payPage, new()
        {
            ["email"] = email,
            ["method"] = "card",
            ["card"] = declined ? DeclinedCard : GoodCard,
            ["action"] = "pay",
        }, ct);
        if (answer.StatusCode is HttpStatusCode.SeeOther) return answer.Headers.Location;
        if (answer.StatusCode is HttpStatusCode.PaymentRequired) world.Figures.Add(Count.Declined);
        else world.Figures.Add(Count.Errors);
        return null;
    }

    private async Task FollowAsync(PaidOnline paid, Uri page, CancellationToken end)
    {
        var pause = TimeSpan.FromSeconds(1);
        while (!paid.IsOver)
        {
            try
            {
                await Task.Delay(pause, world.Time, end);
                using var shown = await SendAsync(HttpMethod.Get, page, form: null, end);
                var html = await shown.Content.ReadAsStringAsync(end);
                if (Stage().Match(html) is { Success: true } stage)
                {
                    paid.Stage = stage.Groups["stage"].Value;
                    paid.IsOver = html.Contains(" data-final", StringComparison.Ordinal);
                }
            }
            catch (HttpRequestException)
            {
                world.Figures.Add(Count.Errors); // looks again
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return;
            }

            pause = pause * 1.5 < LongestLook ? pause * 1.5 : LongestLook;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, Uri address, Dictionary<string, string>? form, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, address);
        var ours = address.Authority == world.Server.Http.Authority;
        if (ours && cookies.Count > 0) request.Headers.Add("Cookie", string.Join("; ", cookies.Select(c => $"{c.Key}={c.Value}")));
        if (form is not null) request.Content = new FormUrlEncodedContent(form);
        var answer = await AnswerAsync(request, ct);
        if (!ours || !answer.Headers.TryGetValues("Set-Cookie", out var set)) return answer;
        foreach (var cookie in set)
        {
            var pair = cookie.Split(';', 2)[0].Split('=', 2);
            if (pair.Length == 2) cookies[pair[0]] = pair[1];
        }

        return answer;
    }

    /// <summary>A page that does not come is asked for again by whoever still wants it, and counted as an error.</summary>
    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        over.CancelAfter(Patience);
        try
        {
            var answer = await world.Http.SendAsync(request, over.Token);
            await answer.Content.LoadIntoBufferAsync(over.Token);
            return answer;
        }
        catch (OperationCanceledException late) when (!ct.IsCancellationRequested)
        {
            throw new HttpRequestException($"No answer within {Patience.TotalSeconds} seconds.", late);
        }
    }

    /// <summary>The pay page's id in its address.</summary>
    private static string SessionIn(Uri page) =>
        page.AbsolutePath.Split('/').FirstOrDefault(part => part.StartsWith("cs_", StringComparison.Ordinal)) ?? page.AbsolutePath;

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();

    [GeneratedRegex("name=\"slot\"[^>]*value=\"(?<slot>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Slot();

    [GeneratedRegex("data-stage=\"(?<stage>[A-Za-z]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Stage();
}
