namespace Automat.Server.Catalog;

/// <summary>Names the catalogue's texts (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;
