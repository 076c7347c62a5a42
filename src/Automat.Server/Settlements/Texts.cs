namespace Automat.Server.Settlements;

/// <summary>Names this module's texts (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;
