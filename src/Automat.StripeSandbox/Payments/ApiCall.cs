using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;

namespace Automat.StripeSandbox.Payments;

/// <summary>One request to the API, in the transaction it runs in.</summary>
/// <param name="Tx">The transaction all of it happens in.</param>
/// <param name="Params">Body or query, as a tree.</param>
/// <param name="Id">The id in the address; empty where the address has none.</param>
/// <param name="Settings">The running sandbox.</param>
internal sealed record ApiCall(Transaction Tx, StripeParams Params, string Id, SandboxSettings Settings);
