using System.Diagnostics.Metrics;
using Automat.Domain;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>What is counted at fridges, under the names their operators' dashboards know. Labels are kinds, never ids.</summary>
internal sealed class FridgeMeter : IDisposable
{
    private readonly Meter meter = new("Automat.Machines.Fridge");
    private readonly Counter<long> unlocks;
    private readonly Counter<long> transactions;
    private readonly Counter<long> pieces;
    private readonly Counter<long> published;
    private readonly Counter<long> received;
    private readonly Counter<long> mqttErrors;
    private readonly Counter<long> errors;
    private readonly Counter<long> alarms;
    private readonly Counter<long> reviews;
    private readonly Gauge<double> value;

    /// <summary>Begins to count.</summary>
    public FridgeMeter(LiveDoors doors)
    {
        unlocks = meter.CreateCounter<long>("visionvend_unlock_requests", description: "Locks told to open.");
        transactions = meter.CreateCounter<long>("visionvend_transactions", description: "Visits that ended, charged or not.");
        pieces = meter.CreateCounter<long>("visionvend_transaction_items", description: "Pieces charged.");
        published = meter.CreateCounter<long>("visionvend_mqtt_messages_published", description: "Messages to controllers, by kind of topic.");
        received = meter.CreateCounter<long>("visionvend_mqtt_messages_received", description: "Messages of controllers, by kind of topic.");
        mqttErrors = meter.CreateCounter<long>("visionvend_mqtt_errors", description: "Messages that were ignored, by why.");
        errors = meter.CreateCounter<long>("visionvend_errors", description: "What went wrong, by kind and component.");
        alarms = meter.CreateCounter<long>("automat_fridge_alarms", description: "Doors held open.");
        reviews = meter.CreateCounter<long>("automat_fridge_reviews", description: "Baskets left to a person, by why.");
        value = meter.CreateGauge<double>("visionvend_transaction_value", description: "What the last visit cost, in whole units of its currency.");
        meter.CreateObservableGauge("visionvend_mqtt_connected", () => (long)doors.Connected, description: "Controllers that listen now.");
        meter.CreateObservableGauge("visionvend_door_state", () => (long)doors.Open, description: "Doors that are open now.");
        meter.CreateObservableGauge("visionvend_temperature", () => Known(doors.Warmest), description: "The warmest reading of any fridge now, in degrees Celsius.");
        meter.CreateObservableGauge("visionvend_humidity", () => Known(doors.Dampest), description: "The highest humidity of any fridge now, in percent.");
    }

    /// <summary>A lock was told to open.</summary>
    public void Unlocked() => unlocks.Add(1);

    /// <summary>A visit ended.</summary>
    public void Ended(int charged, Money total)
    {
        transactions.Add(1);
        value.Record((double)total.ToMajor(), new KeyValuePair<string, object?>("currency", total.Currency.Code));
        if (charged > 0) pieces.Add(charged);
    }

    /// <summary>A message went out.</summary>
    public void Published(string topic) => published.Add(1, new KeyValuePair<string, object?>("topic", topic));

    /// <summary>A message came in.</summary>
    public void Received(string topic) => received.Add(1, new KeyValuePair<string, object?>("topic", topic));

    /// <summary>A message was ignored.</summary>
    public void Ignored(string why) => mqttErrors.Add(1, new KeyValuePair<string, object?>("type", why));

    /// <summary>Something went wrong.</summary>
    public void Failed(string kind, string component) => errors.Add(
        1, new KeyValuePair<string, object?>("type", kind), new KeyValuePair<string, object?>("component", component));

    /// <summary>A door is held open.</summary>
    public void Alarmed() => alarms.Add(1);

    /// <summary>A basket waits for a person.</summary>
    public void Reviewed(string why) => reviews.Add(1, new KeyValuePair<string, object?>("reason", why));

    public void Dispose() => meter.Dispose();

    private static IEnumerable<Measurement<double>> Known(double? value) => value is { } known ? [new Measurement<double>(known)] : [];
}
