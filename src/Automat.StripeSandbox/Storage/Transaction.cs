using System.Text.Json;
using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Storage;

/// <summary>
/// One request's work on the objects: all its changes, its events and its stored answer are one line of the journal.
/// </summary>
/// <remarks>
/// Operations check everything before they change anything; what was changed stays, also when the answer is an error
/// (a declined card leaves a failed charge behind).
/// </remarks>
internal sealed class Transaction(Shelves shelves, DateTimeOffset now, string? requestId, string? idempotencyKey)
{
    private readonly HashSet<StripeObject> changed = [];
    private readonly List<StripeObject> inOrder = [];

    public long Now { get; } = now.ToUnixTimeSeconds();

    public Shelves Shelves => shelves;

    public IReadOnlyList<StripeObject> Changed => inOrder;

    public List<string> Deleted { get; } = [];

    public List<Delivery> Deliveries { get; } = [];

    public StoredAnswer? Answer { get; set; }

    /// <summary>A new object, found by others from here on.</summary>
    public T Add<T>(T item)
        where T : StripeObject
    {
        if (shelves.Of(item.Object).Count >= Limits.ObjectsPerKind)
        {
            throw new StripeException(429, "invalid_request_error", "The sandbox is full.") { Code = "rate_limit" };
        }
        item.Created = Now;
        shelves.Of(item.Object).Put(item);
        Touch(item);
        return item;
    }

    /// <summary>The object was changed and is to be kept.</summary>
    public void Touch(StripeObject item)
    {
        if (changed.Add(item)) inOrder.Add(item);
    }

    public void Delete(StripeObject item)
    {
        shelves.Of(item.Object).Forget(other => other.Id == item.Id);
        changed.Remove(item);
        inOrder.Remove(item);
        Deleted.Add(item.Id);
    }

    public T? Find<T>(string id)
        where T : StripeObject => shelves.Find<T>(id);

    /// <summary>The object named in the address.</summary>
    /// <exception cref="StripeException">404 when there is none.</exception>
    public T Get<T>(string id, string kind, string param = "id")
        where T : StripeObject => shelves.Find<T>(id) ?? throw StripeException.NoSuch(kind, id, param);

    /// <summary>The object named by a parameter, null when the parameter is absent.</summary>
    /// <exception cref="StripeException">400 when there is none.</exception>
    public T? Referred<T>(StripeParams parameters, string name, string kind)
        where T : StripeObject
    {
        if (parameters.Text(name) is not { } id) return null;
        return shelves.Find<T>(id) ?? throw StripeException.NoSuchReference(kind, id, parameters.PathOf(name));
    }

    /// <summary>Says what happened: an event with the object as it is now, and one delivery per destination.</summary>
    /// <param name="type">Stripe's event type.</param>
    /// <param name="subject">The object it happened to.</param>
    /// <param name="lane">Events of one payment share it and are sent in order.</param>
    public void Emit(string type, StripeObject subject, string? lane = null)
    {
        var happened = Add(new StripeEvent
        {
            Id = Ids.Of("evt"),
            ApiVersion = SandboxVersion.Api,
            Type = type,
            Data = new EventData(JsonSerializer.SerializeToElement(subject, subject.GetType(), WireJson.Wire)),
            Request = new EventRequest(requestId, idempotencyKey),
            Lane = lane ?? subject.Id,
        });
        foreach (var endpoint in shelves.Newest<WebhookEndpoint>().Where(endpoint => endpoint.Wants(type)))
            Send(happened, endpoint);
    }

    /// <summary>Puts an event on its way to a destination, again if need be.</summary>
    public Delivery Send(StripeEvent happened, WebhookEndpoint endpoint)
    {
        happened.PendingWebhooks++;
        Touch(happened);
        var delivery = Add(new Delivery
        {
            Id = Ids.Of("whd"),
            Event = happened.Id,
            EventType = happened.Type,
            Endpoint = endpoint.Id,
            Lane = happened.Lane,
        });
        Deliveries.Add(delivery);
        return delivery;
    }
}
