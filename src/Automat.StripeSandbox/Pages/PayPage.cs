using Automat.StripeSandbox.Payments;
using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Pages;

/// <summary>The page a customer pays on. Plain HTML, no scripts, nothing from elsewhere.</summary>
internal static class PayPage
{
    /// <summary>The form, with what was typed and why it was refused.</summary>
    public static Html Form(CheckoutSession session, StripeParams typed, string? error)
    {
        var what = session.Mode is CheckoutMode.Setup ? "Save your card" : "Pay";
        var email = typed.Text("email") ?? session.CustomerEmail ?? "";
        var bank = typed.Text("method") == PayCheckoutRequest.BankDebit;
        return PageLayout.Page($"{what} – Sandbox checkout", Html.Of($"""
            <div class="box"><h1>{what}</h1>{Goods(session)}</div>
            <form method="post" class="box">
            {(error is null ? Html.Empty : Html.Of($"""<p class="error" role="alert" id="refusal">{error}</p>"""))}
            <label for="email">Email</label>
            <input id="email" name="email" type="email" autocomplete="email" value="{email}">
            <fieldset><legend>Payment method</legend>
            <input type="radio" id="method-card" name="method" value="card"{Checked(!bank)}>
            <label for="method-card">Card</label>
            <input type="radio" id="method-bank" name="method" value="{PayCheckoutRequest.BankDebit}"{Checked(bank)}>
            <label for="method-bank">Bank debit (answers later)</label>
            </fieldset>
            <label for="card">Card number</label>
            <input id="card" name="card" type="text" inputmode="numeric" autocomplete="off" aria-describedby="numbers"
              value="{typed.Text("card") ?? "4242 4242 4242 4242"}">
            <label for="account">Account number (bank debit only)</label>
            <input id="account" name="account" type="text" autocomplete="off" aria-describedby="numbers"
              value="{typed.Text("account") ?? DefaultAccount(session)}">
            <div class="actions">
            <button class="main" type="submit" name="action" value="pay">{what}</button>
            {Cancel(session)}
            </div>
            </form>
            {Help}
            """));
    }

    /// <summary>A session that takes no payment any more.</summary>
    public static Html Closed(CheckoutSession session) => Message(
        session.Status is SessionStatus.Complete ? "You're all done here" : "This checkout has expired",
        session.Status is SessionStatus.Complete
            ? "This payment was already made. Nothing was charged again."
            : "Nothing was charged. Please start again where you came from.");

    public static Html Message(string title, string text) => PageLayout.Page(title, Html.Of($"""
        <div class="box"><h1>{title}</h1><p>{text}</p></div>
        """));

    public static Html Receipt(Charge charge) => PageLayout.Page("Receipt – Sandbox", Html.Of($"""
        <div class="box"><h1>Receipt</h1><table><tbody>
        <tr><th scope="row">Payment</th><td><code>{charge.Id}</code></td></tr>
        <tr><th scope="row">Status</th><td>{charge.Status}</td></tr>
        <tr><th scope="row">Amount</th><td>{Currencies.Show(charge.Amount, charge.Currency)}</td></tr>
        <tr><th scope="row">Refunded</th><td>{Currencies.Show(charge.AmountRefunded, charge.Currency)}</td></tr>
        </tbody></table></div>
        """));

    private static Html Goods(CheckoutSession session)
    {
        if (session.Mode is CheckoutMode.Setup) return Html.Of($"<p>Nothing is charged now.</p>");
        var lines = Html.Join(session.LineItems.Select(item => Html.Of($"""
            <tr><td>{item.Description}</td><td class="amount">{item.Quantity}</td>
            <td class="amount">{Currencies.Show(item.AmountTotal, item.Currency)}</td></tr>
            """)));
        return Html.Of($"""
            <table><thead><tr><th scope="col">Item</th><th scope="col" class="amount">Quantity</th>
            <th scope="col" class="amount">Amount</th></tr></thead>
            <tbody>{lines}</tbody>
            <tfoot><tr><td colspan="2">Total</td>
            <td class="amount">{Currencies.Show(session.AmountTotal ?? 0, session.Currency ?? "usd")}</td></tr></tfoot>
            </table>
            """);
    }

    private static Html Cancel(CheckoutSession session) => session.CancelUrl is null
        ? Html.Empty
        : Html.Of($"""
            <button class="quiet" type="submit" name="action" value="cancel" formnovalidate>Cancel</button>
            """);

    private static Html Checked(bool on) => on ? Html.Of($" checked") : Html.Empty;

    private static string DefaultAccount(CheckoutSession session) =>
        session.Currency == "eur" ? "AT611904300234573201" : "000123456789";

    private static Html Help { get; } = Html.Of($"""
        <details class="box help" open><summary>Test numbers</summary>
        <div class="scroll"><table id="numbers"><thead><tr><th scope="col">Number</th>
        <th scope="col">What it does</th></tr>
        </thead><tbody>{Rows()}</tbody></table></div></details>
        """);

    private static Html Rows() => Html.Join([
        .. TestInstruments.Cards.Select(card => Row(Spaced(card.Number), $"Card ({card.Brand}): {card.Meaning}")),
        .. TestInstruments.Accounts.Select(account => Row(account.Number, $"Bank debit: {account.Meaning}")),
    ]);

    private static Html Row(string number, string meaning) =>
        Html.Of($"<tr><td><code>{number}</code></td><td>{meaning}</td></tr>");

    private static string Spaced(string number) => string.Join(' ', number.Chunk(4).Select(four => new string(four)));
}
