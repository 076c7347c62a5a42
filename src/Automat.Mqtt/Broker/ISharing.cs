using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Broker;

/// <summary>The group a copy was shared in, as an outbox sees it: somewhere to hand back what it could not
/// deliver.</summary>
internal interface ISharing
{
    /// <summary>Gives the message to one member; false if none can take it.</summary>
    bool Offer(Publication publication);

    /// <summary>Passes on what a member could not deliver; false if no other member is connected.</summary>
    /// <param name="publication">The message.</param>
    /// <param name="from">The outbox of that member.</param>
    bool PassOn(Publication publication, object from);
}
