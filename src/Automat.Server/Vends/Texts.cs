namespace Automat.Server.Vends;

/// <summary>Names the sales' texts (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;
