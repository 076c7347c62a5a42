using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Payments;

/// <summary>Saving a card for later.</summary>
internal static class SetupIntents
{
    public static SetupIntent Create(ApiCall call)
    {
        var p = call.Params;
        p.Knows("customer", "payment_method", "confirm", "usage", "metadata", "description", "payment_method_types",
            "automatic_payment_methods", "return_url", "payment_method_options", "mandate_data");
        var customer = call.Tx.Referred<Customer>(p, "customer", "customer");
        var method = PaymentMethods.Referred(call.Tx, p);
        var confirm = p.Flag("confirm") ?? false;
        if (confirm && method is null) throw StripeException.Missing("payment_method");
        var setup = new SetupIntent
        {
            Customer = customer?.Id,
            Description = p.Text("description"),
            Metadata = p.Metadata(),
            Usage = p.OneOf("usage", "off_session", "on_session") ?? "off_session",
            AutomaticPaymentMethods = new Switch(Enabled: true),
        };
        Open(call.Tx, setup);
        if (method is null) return setup;
        PaymentMethods.Keep(call.Tx, method);
        (setup.PaymentMethod, setup.Status) = (method.Id, SetupStatus.RequiresConfirmation);
        if (confirm) Save(call.Tx, setup, method);
        return setup;
    }

    public static SetupIntent Retrieve(ApiCall call) => call.Tx.Get<SetupIntent>(call.Id, "setupintent", "intent");

    public static SetupIntent Confirm(ApiCall call)
    {
        call.Params.Knows("payment_method", "return_url", "mandate_data", "payment_method_options", "client_secret");
        var setup = Retrieve(call);
        if (setup.Status is SetupStatus.Succeeded or SetupStatus.Canceled)
        {
            throw new StripeException(400, "invalid_request_error",
                "You cannot confirm this SetupIntent because it has a status of "
                + $"{setup.Status.ToString().ToLowerInvariant()}.")
            {
                Code = "setup_intent_unexpected_state",
                Intent = setup,
            };
        }
        var method = PaymentMethods.Referred(call.Tx, call.Params)
            ?? (setup.PaymentMethod is { } chosen ? call.Tx.Find<PaymentMethod>(chosen) : null)
            ?? throw StripeException.Missing("payment_method");
        PaymentMethods.Keep(call.Tx, method);
        Save(call.Tx, setup, method);
        return setup;
    }

    public static StripeList<SetupIntent> List(ApiCall call)
    {
        var customer = call.Params.Text("customer");
        return Listing.Page<SetupIntent>(call, "/v1/setup_intents",
            one => customer is null || one.Customer == customer);
    }

    public static void Open(Transaction tx, SetupIntent setup)
    {
        setup.Id = Ids.Of("seti");
        setup.ClientSecret = $"{setup.Id}_secret_{Ids.Letters(31)}";
        tx.Add(setup);
        tx.Emit("setup_intent.created", setup);
    }

    /// <summary>Saves the method, or remembers why not.</summary>
    /// <exception cref="StripeException">402 when the card is declined; the intent remembers it.</exception>
    public static void Save(Transaction tx, SetupIntent setup, PaymentMethod method)
    {
        tx.Touch(setup);
        if (method.Behaviour is Behaviour.Declines)
        {
            var refusal = PaymentMethods.Declined(method);
            (setup.Status, setup.PaymentMethod) = (SetupStatus.RequiresPaymentMethod, null);
            setup.LastSetupError = refusal.Declined! with { PaymentMethod = method };
            tx.Emit("setup_intent.setup_failed", setup);
            throw new StripeException(402, "card_error", refusal.Message)
            {
                Code = refusal.Code,
                Declined = setup.LastSetupError,
                Intent = setup,
            };
        }
        (setup.Status, setup.PaymentMethod, setup.LastSetupError) = (SetupStatus.Succeeded, method.Id, null);
        tx.Emit("setup_intent.succeeded", setup);
        if (setup.Customer is { } customer && method.Customer is null) PaymentMethods.Attach(tx, method, customer);
    }
}
