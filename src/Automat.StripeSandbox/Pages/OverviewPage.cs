using System.Globalization;
using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Pages;

/// <summary>The newest of all the sandbox holds, with buttons for what a bank or a dashboard would do.</summary>
internal static class OverviewPage
{
    private const int Rows = 50;

    public static Html Show(Shelves shelves, bool paused, int backlog) => PageLayout.Page("Stripe sandbox", Html.Of($"""
        <h1>Stripe sandbox</h1>
        <p>Webhooks are {(paused ? "paused" : "running")}, {backlog} waiting.
        All of it as JSON: <a href="/_sandbox/state">/_sandbox/state</a>,
        the switches: <a href="/_sandbox/faults">/_sandbox/faults</a>.</p>
        <div class="row-actions">{Button("/_sandbox/webhooks/pause", "Pause webhooks")}
        {Button("/_sandbox/webhooks/resume", "Resume")}{Button("/_sandbox/webhooks/deliver", "Deliver now")}</div>
        {Table("Checkout sessions", ["Session", "Status", "Payment", "Amount", "Metadata", "Actions"],
            shelves.Newest<CheckoutSession>().Take(Rows).Select(Session))}
        {Table("Payments", ["Payment intent", "Status", "Amount", "Received", "Actions"],
            shelves.Newest<PaymentIntent>().Take(Rows).Select(Intent))}
        {Table("Charges", ["Charge", "Status", "Amount", "Refunded", "Actions"],
            shelves.Newest<Charge>().Take(Rows).Select(Charge))}
        {Table("Refunds", ["Refund", "Status", "Amount", "Payment intent"],
            shelves.Newest<Refund>().Take(Rows).Select(refund => Row(
                Code(refund.Id), Text(refund.Status), Amount(refund.Amount, refund.Currency),
                Code(refund.PaymentIntent))))}
        {Table("Disputes", ["Dispute", "Status", "Amount", "Charge", "Actions"],
            shelves.Newest<Dispute>().Take(Rows).Select(Dispute))}
        {Table("Events", ["Event", "Type", "Created", "Pending", "Actions"],
            shelves.Newest<StripeEvent>().Take(Rows).Select(one => Row(Code(one.Id), Text(one.Type), Time(one.Created),
                Text(one.PendingWebhooks), Button($"/_sandbox/events/{one.Id}/resend", "Send again"))))}
        {Table("Deliveries", ["Event", "Type", "Status", "Tries", "Last answer"],
            shelves.Newest<Delivery>().Take(Rows).Select(Delivery))}
        """), wide: true);

    private static Html Session(CheckoutSession session) => Row(
        session.Url is null ? Code(session.Id) : Html.Of($"""<a href="{session.Url}"><code>{session.Id}</code></a>"""),
        Text(session.Status), Text(session.PaymentStatus), Amount(session.AmountTotal ?? 0, session.Currency ?? "usd"),
        Text(string.Join(", ", session.Metadata.Select(pair => $"{pair.Key}={pair.Value}"))),
        session.Status is SessionStatus.Open
            ? Button($"/_sandbox/checkout/sessions/{session.Id}/expire", "Expire") : Html.Empty);

    private static Html Intent(PaymentIntent intent) => Row(
        Code(intent.Id), Text(intent.Status), Amount(intent.Amount, intent.Currency),
        Amount(intent.AmountReceived, intent.Currency),
        intent.Status is not IntentStatus.Processing ? Html.Empty : Html.Of($"""
            <div class="row-actions">{Button($"/_sandbox/payment_intents/{intent.Id}/succeed", "Bank pays")}
            {Button($"/_sandbox/payment_intents/{intent.Id}/fail", "Bank refuses")}</div>
            """));

    private static Html Charge(Charge charge) => Row(
        Code(charge.Id), Text(charge.Status), Amount(charge.Amount, charge.Currency),
        Amount(charge.AmountRefunded, charge.Currency),
        charge is not { Captured: true, Disputed: false } || charge.Refundable == 0 ? Html.Empty : Html.Of($"""
            <div class="row-actions">{Button($"/_sandbox/charges/{charge.Id}/refund", "Refund")}
            {Button($"/_sandbox/charges/{charge.Id}/dispute", "Dispute")}</div>
            """));

    private static Html Dispute(Dispute dispute) => Row(
        Code(dispute.Id), Text(dispute.Status), Amount(dispute.Amount, dispute.Currency), Code(dispute.Charge),
        dispute.Status is not DisputeStatus.NeedsResponse ? Html.Empty : Html.Of($"""
            <div class="row-actions">{Button($"/_sandbox/disputes/{dispute.Id}/win", "Win")}
            {Button($"/_sandbox/disputes/{dispute.Id}/lose", "Lose")}</div>
            """));

    private static Html Delivery(Delivery delivery)
    {
        var last = delivery.Log.LastOrDefault();
        return Row(Code(delivery.Event), Text(delivery.EventType), Text(delivery.Status), Text(delivery.Attempts),
            Text(last is null ? "" : $"{last.StatusCode} {last.Error}"));
    }

    private static Html Table(string title, string[] heads, IEnumerable<Html> rows) => Html.Of($"""
        <h2>{title}</h2><div class="scroll box"><table><thead><tr>
        {Html.Join(heads.Select(head => Html.Of($"""<th scope="col">{head}</th>""")))}
        </tr></thead><tbody>{Html.Join(rows)}</tbody></table></div>
        """);

    private static Html Row(params ReadOnlySpan<Html> cells)
    {
        var row = new List<Html>();
        foreach (var cell in cells) row.Add(Html.Of($"<td>{cell}</td>"));
        return Html.Of($"<tr>{Html.Join(row)}</tr>");
    }

    private static Html Button(string action, string label) => Html.Of($"""
        <form method="post" action="{action}"><button class="quiet small" type="submit">{label}</button></form>
        """);

    private static Html Code(string? id) => Html.Of($"<code>{id}</code>");

    private static Html Text<T>(T value) => Html.Of($"{value}");

    private static Html Amount(long amount, string currency) => Html.Of($"{Currencies.Show(amount, currency)}");

    private static Html Time(long unix) => Html.Of(
        $"{DateTimeOffset.FromUnixTimeSeconds(unix).ToString("u", CultureInfo.InvariantCulture)}");
}
