using System.Collections.Frozen;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Storage;

/// <summary>Which class stands behind the <c>object</c> member of a stored object.</summary>
internal static class ObjectKinds
{
    public static readonly FrozenDictionary<string, Type> All = new StripeObject[]
    {
        new CheckoutSession(), new PaymentLink(), new PaymentIntent(), new Charge(), new Refund(), new Customer(),
        new PaymentMethod(), new SetupIntent(), new Product(), new Price(), new Dispute(), new BalanceTransaction(),
        new Payout(), new StripeEvent(), new WebhookEndpoint(), new Delivery(),
    }.ToFrozenDictionary(sample => sample.Object, sample => sample.GetType(), StringComparer.Ordinal);

    private static readonly FrozenDictionary<Type, string> Names =
        All.ToFrozenDictionary(kind => kind.Value, kind => kind.Key);

    public static string NameOf<T>()
        where T : StripeObject => Names[typeof(T)];
}
