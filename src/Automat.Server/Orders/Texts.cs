namespace Automat.Server.Orders;

/// <summary>Names the orders' texts (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;
