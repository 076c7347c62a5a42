namespace Automat.Server.Fridges;

/// <summary>Names the fridges' texts (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;
