using Automat.Domain.Stock;

namespace Automat.Server.Stock;

/// <summary>Which text says how badly a slot wants a visit, and how loudly.</summary>
internal static class NeedTexts
{
    public static string Of(RestockNeed need) => need switch
    {
        RestockNeed.Empty => "Low.Empty",
        RestockNeed.Low => "Low.Low",
        RestockNeed.Soon => "Need.Soon",
        RestockNeed.TopUp => "Need.TopUp",
        RestockNeed.None => "Need.None",
    };

    public static string ToneOf(RestockNeed need) => need switch
    {
        RestockNeed.Empty => "bad",
        RestockNeed.Low or RestockNeed.Soon => "wait",
        RestockNeed.TopUp or RestockNeed.None => "idle",
    };
}
