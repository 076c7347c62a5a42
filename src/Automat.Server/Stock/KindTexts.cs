using Automat.Domain.Stock;

namespace Automat.Server.Stock;

/// <summary>Which text names a reason goods moved for.</summary>
internal static class KindTexts
{
    public static string Of(MovementKind kind) => kind switch
    {
        MovementKind.Opening => "Kind.Opening",
        MovementKind.Receive => "Kind.Receive",
        MovementKind.Transfer => "Kind.Transfer",
        MovementKind.Count => "Kind.Count",
        MovementKind.Spoil => "Kind.Spoil",
        MovementKind.Fill => "Kind.Fill",
        MovementKind.Return => "Kind.Return",
        MovementKind.Sale => "Kind.Sale",
        MovementKind.Planogram => "Kind.Planogram",
        MovementKind.Other => "Kind.Other",
    };
}
