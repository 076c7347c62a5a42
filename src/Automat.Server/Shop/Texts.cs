namespace Automat.Server.Shop;

/// <summary>Names the shop's texts (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;
