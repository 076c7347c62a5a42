using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Payments;

/// <summary>A card number or token of Stripe's test mode and what it does.</summary>
internal sealed record TestCard(
    string Number, string Token, string Brand, string Meaning, Behaviour Behaviour = Behaviour.Pays,
    string? Decline = null, string Funding = "credit");

/// <summary>An account number of Stripe's test mode for a bank debit.</summary>
internal sealed record TestAccount(string Number, string Token, string Type, string Meaning, Behaviour Behaviour);

/// <summary>The test cards and accounts, as Stripe documents them.</summary>
internal static class TestInstruments
{
    public static readonly IReadOnlyList<TestCard> Cards =
    [
        new("4242424242424242", "visa", "visa", "Pays"),
        new("4000056655665556", "visa_debit", "visa", "Pays", Funding: "debit"),
        new("5555555555554444", "mastercard", "mastercard", "Pays"),
        new("378282246310005", "amex", "amex", "Pays"),
        new("4000000000000002", "chargeDeclined", "visa", "Declined", Behaviour.Declines, "generic_decline"),
        new("4000000000009995", "chargeDeclinedInsufficientFunds", "visa", "Declined: insufficient funds",
            Behaviour.Declines, "insufficient_funds"),
        new("4000000000009987", "chargeDeclinedLostCard", "visa", "Declined: lost card", Behaviour.Declines,
            "lost_card"),
        new("4000000000009979", "chargeDeclinedStolenCard", "visa", "Declined: stolen card", Behaviour.Declines,
            "stolen_card"),
        new("4000000000000069", "chargeDeclinedExpiredCard", "visa", "Declined: expired card", Behaviour.Declines,
            "expired_card"),
        new("4000000000000127", "chargeDeclinedIncorrectCvc", "visa", "Declined: wrong security code",
            Behaviour.Declines, "incorrect_cvc"),
        new("4000000000000119", "chargeDeclinedProcessingError", "visa", "Declined: processing error",
            Behaviour.Declines, "processing_error"),
        new("4000002760003184", "authenticationRequired", "visa", "Pays when the customer is there, else declined",
            Behaviour.AsksCustomer),
        new("4000000000007726", "pendingRefund", "visa", "Pays; a refund is pending first", Behaviour.RefundPends),
        new("4000000000005126", "refundFail", "visa", "Pays; a refund fails later", Behaviour.RefundFails),
    ];

    public static readonly IReadOnlyList<TestAccount> Accounts =
    [
        new("000123456789", "pm_usBankAccount_success", "us_bank_account", "Pays later", Behaviour.PaysLater),
        new("000111111116", "pm_usBankAccount_accountClosed", "us_bank_account", "Fails later", Behaviour.FailsLater),
        new("AT611904300234573201", "pm_sepaDebit_success", "sepa_debit", "Pays later", Behaviour.PaysLater),
        new("AT861904300235473202", "pm_sepaDebit_failed", "sepa_debit", "Fails later", Behaviour.FailsLater),
    ];

    private static readonly Dictionary<string, string> Explanations = new(StringComparer.Ordinal)
    {
        ["generic_decline"] = "Your card was declined.",
        ["insufficient_funds"] = "Your card has insufficient funds.",
        ["lost_card"] = "Your card was declined.",
        ["stolen_card"] = "Your card was declined.",
        ["expired_card"] = "Your card has expired.",
        ["incorrect_cvc"] = "Your card's security code is incorrect.",
        ["processing_error"] = "An error occurred while processing your card. Try again in a little bit.",
    };

    /// <summary>A method from a token such as <c>pm_card_visa</c> or <c>pm_card_visa_chargeDeclined</c>.</summary>
    public static PaymentMethod? FromToken(string token, long now)
    {
        var name = token.StartsWith("pm_card_", StringComparison.Ordinal) ? token[8..]
            : token.StartsWith("tok_", StringComparison.Ordinal) ? token[4..] : null;
        if (name is not null)
        {
            if (name.StartsWith("visa_charge", StringComparison.Ordinal)) name = name[5..];
            var card = Cards.FirstOrDefault(c => c.Token == name);
            return card is null ? null : From(card, new BillingDetails(), now);
        }
        if (token == "pm_usBankAccount") token = "pm_usBankAccount_success";
        var account = Accounts.FirstOrDefault(a => a.Token == token);
        return account is null ? null : From(account, new BillingDetails());
    }

    /// <summary>A method from a card number as typed; spaces and dashes don't matter.</summary>
    /// <exception cref="StripeException">402: no card number, or not one of test mode.</exception>
    public static PaymentMethod FromCardNumber(string typed, BillingDetails billing, long now)
    {
        var number = Plain(typed);
        var card = Cards.FirstOrDefault(c => c.Number == number);
        if (card is not null) return From(card, billing, now);
        if (number.Length is < 12 or > 19 || !number.All(char.IsAsciiDigit) || !PassesLuhn(number))
        {
            throw new StripeException(402, "card_error", "Your card number is incorrect.")
            {
                Code = "incorrect_number",
                Param = "number",
            };
        }
        throw new StripeException(402, "card_error",
            "Your card was declined. Your request was in test mode, but used a non test card.")
        {
            Code = "card_declined",
            Declined = new PaymentError("card_error", "card_declined", "")
            {
                DeclineCode = "test_mode_live_card",
            },
        };
    }

    /// <summary>A method from an account number; one that is unknown pays later.</summary>
    public static PaymentMethod FromAccountNumber(string typed, string type, BillingDetails billing)
    {
        var number = Plain(typed);
        var known = Accounts.FirstOrDefault(a => a.Number == number)
            ?? new TestAccount(number, "", type, "", Behaviour.PaysLater);
        return From(known with { Type = type }, billing);
    }

    /// <summary>Stripe's error code and the customer's sentence for a decline code.</summary>
    public static (string Code, string Message) Explain(string decline) => (
        decline is "expired_card" or "incorrect_cvc" or "processing_error" ? decline : "card_declined",
        Explanations.GetValueOrDefault(decline, "Your card was declined."));

    private static PaymentMethod From(TestCard card, BillingDetails billing, long now) => new()
    {
        Id = Ids.Of("pm"),
        Type = "card",
        BillingDetails = billing,
        Card = new Card
        {
            Brand = card.Brand,
            ExpMonth = 8,
            ExpYear = DateTimeOffset.FromUnixTimeSeconds(now).Year + 4,
            Fingerprint = Fingerprint(card.Number),
            Funding = card.Funding,
            Last4 = card.Number[^4..],
        },
        Behaviour = card.Behaviour,
        DeclineCode = card.Decline,
    };

    private static PaymentMethod From(TestAccount account, BillingDetails billing)
    {
        var bank = new BankAccount(account.Number[^Math.Min(4, account.Number.Length)..])
        {
            Country = account.Type == "sepa_debit" ? "AT" : "US",
        };
        return new PaymentMethod
        {
            Id = Ids.Of("pm"),
            Type = account.Type,
            BillingDetails = billing,
            SepaDebit = account.Type == "sepa_debit" ? bank : null,
            UsBankAccount = account.Type == "sepa_debit" ? null : bank,
            Behaviour = account.Behaviour,
        };
    }

    private static string Plain(string typed) =>
        typed.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    private static string Fingerprint(string number) => Convert.ToHexString(
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(number)))[..16];

    private static bool PassesLuhn(string number)
    {
        var sum = 0;
        for (var i = 0; i < number.Length; i++)
        {
            var digit = number[^(i + 1)] - '0';
            if (i % 2 == 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
            sum += digit;
        }
        return sum % 10 == 0;
    }
}
