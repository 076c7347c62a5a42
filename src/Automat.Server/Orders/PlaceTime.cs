using Automat.Server.Machines;

namespace Automat.Server.Orders;

/// <summary>Times as the clock at a place shows them: customers come by it.</summary>
internal static class PlaceTime
{
    public static DateTimeOffset Of(DateTimeOffset at, Machine place) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(place.TimeZone, out var zone) ? TimeZoneInfo.ConvertTime(at, zone) : at;
}
