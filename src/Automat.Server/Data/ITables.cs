using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Data;

/// <summary>A module's tables: each module maps its own, beside the entity, and registers them in its front door.</summary>
public interface ITables
{
    /// <summary>Maps the module's entities.</summary>
    void Map(ModelBuilder model);
}
