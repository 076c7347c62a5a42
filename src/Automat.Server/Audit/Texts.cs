namespace Automat.Server.Audit;

/// <summary>Names the texts of the log's page (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;
