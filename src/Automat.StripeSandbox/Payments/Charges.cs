using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Payments;

internal static class Charges
{
    public static Charge Retrieve(ApiCall call) => call.Tx.Get<Charge>(call.Id, "charge");

    public static StripeList<Charge> List(ApiCall call)
    {
        var (customer, intent) = (call.Params.Text("customer"), call.Params.Text("payment_intent"));
        return Listing.Page<Charge>(call, "/v1/charges", charge =>
            (customer is null || charge.Customer == customer) && (intent is null || charge.PaymentIntent == intent));
    }
}
