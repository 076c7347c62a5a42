using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Payments;

/// <summary>Cards and bank accounts of test mode.</summary>
internal static class PaymentMethods
{
    public static PaymentMethod Create(ApiCall call)
    {
        call.Params.Knows("type", "card", "billing_details", "metadata", "us_bank_account", "sepa_debit",
            "allow_redisplay");
        var type = call.Params.OneOf("type", "card", "us_bank_account", "sepa_debit")
            ?? throw StripeException.Missing("type");
        var given = call.Params.Child(type) ?? throw StripeException.Missing(type);
        var billing = Billing(call.Params.Child("billing_details"));
        var method = type switch
        {
            "card" => FromCard(given, billing, call.Tx.Now),
            "sepa_debit" => TestInstruments.FromAccountNumber(given.Required("iban"), type, billing),
            _ => TestInstruments.FromAccountNumber(given.Required("account_number"), type, billing),
        };
        method.Metadata = call.Params.Metadata();
        return call.Tx.Add(method);
    }

    public static PaymentMethod Retrieve(ApiCall call) => Named(call.Tx, call.Id);

    public static StripeList<PaymentMethod> List(ApiCall call)
    {
        var (customer, type) = (call.Params.Text("customer"), call.Params.Text("type"));
        return Listing.Page<PaymentMethod>(call, "/v1/payment_methods",
            method => (customer is null || method.Customer == customer) && (type is null || method.Type == type));
    }

    public static PaymentMethod Attach(ApiCall call)
    {
        call.Params.Knows("customer");
        var customer = call.Tx.Referred<Customer>(call.Params, "customer", "customer")
            ?? throw StripeException.Missing("customer");
        var method = Named(call.Tx, call.Id);
        if (method.Customer is not null && method.Customer != customer.Id)
        {
            throw StripeException.Invalid(
                "The payment method you provided has already been attached to a customer.", "payment_method");
        }
        if (method.Behaviour is Behaviour.Declines) throw Declined(method);
        Attach(call.Tx, method, customer.Id);
        return method;
    }

    public static PaymentMethod Detach(ApiCall call)
    {
        var method = Named(call.Tx, call.Id);
        if (method.Customer is null)
        {
            throw StripeException.Invalid(
                "The payment method you provided is not attached to a customer so detachment is impossible.");
        }
        method.Customer = null;
        call.Tx.Touch(method);
        call.Tx.Emit("payment_method.detached", method);
        return method;
    }

    public static void Attach(Transaction tx, PaymentMethod method, string customer)
    {
        method.Customer = customer;
        tx.Touch(method);
        tx.Emit("payment_method.attached", method);
    }

    /// <summary>A stored method, or a fresh one for a test token.</summary>
    /// <exception cref="StripeException">Neither: 404.</exception>
    public static PaymentMethod Named(Transaction tx, string name)
    {
        if (tx.Find<PaymentMethod>(name) is { } known) return known;
        return TestInstruments.FromToken(name, tx.Now) is { } fresh
            ? tx.Add(fresh)
            : throw StripeException.NoSuch("PaymentMethod", name, "payment_method");
    }

    /// <summary>The method a parameter names, checked and not yet kept; null when absent.</summary>
    public static PaymentMethod? Referred(Transaction tx, StripeParams parameters)
    {
        if (parameters.Text("payment_method") is not { } name) return null;
        return tx.Find<PaymentMethod>(name) ?? TestInstruments.FromToken(name, tx.Now)
            ?? throw StripeException.NoSuchReference("PaymentMethod", name, "payment_method");
    }

    public static void Keep(Transaction tx, PaymentMethod method)
    {
        if (tx.Find<PaymentMethod>(method.Id) is null) tx.Add(method);
    }

    /// <summary>The answer to a card that is refused before there is a charge.</summary>
    public static StripeException Declined(PaymentMethod method)
    {
        var decline = method.DeclineCode ?? "generic_decline";
        var (code, message) = TestInstruments.Explain(decline);
        return new StripeException(402, "card_error", message)
        {
            Code = code,
            Declined = new PaymentError("card_error", code, message) { DeclineCode = decline },
        };
    }

    private static PaymentMethod FromCard(StripeParams card, BillingDetails billing, long now)
    {
        card.Knows("number", "exp_month", "exp_year", "cvc", "token");
        if (card.Text("token") is not { } token)
            return TestInstruments.FromCardNumber(card.Required("number"), billing, now);
        var method = TestInstruments.FromToken(token, now)
            ?? throw StripeException.NoSuchReference("token", token, card.PathOf("token"));
        method.BillingDetails = billing;
        return method;
    }

    private static BillingDetails Billing(StripeParams? given) => given is null ? new() : new()
    {
        Address = Addresses.Read(given.Child("address")),
        Email = given.Text("email", 512),
        Name = given.Text("name"),
        Phone = given.Text("phone", 40),
    };
}
