using System.Globalization;
using System.Text;

namespace Automat.Simulator.Machines.VmFlow;

/// <summary>
/// The counters of the vending machine a board sits in, as its audit file gives them: what its cashless reader paid for. The
/// machine remembers what the board forgets.
/// </summary>
/// <param name="serial">The controller's serial number.</param>
public sealed class BoardAudit(string serial)
{
    private readonly Lock gate = new();
    private long count;
    private long value;
    private int reads;

    /// <summary>Whether it counts vends by card at all; many machines do not.</summary>
    public bool TellsCards { get; set; } = true;

    /// <summary>Whether each reading is counted in the file; where it is not, nothing sold means the same file again.</summary>
    public bool CountsReads { get; set; } = true;

    /// <summary>A vend the reader paid for came out.</summary>
    /// <param name="price">Cents.</param>
    public void Count(long price)
    {
        lock (gate)
        {
            count++;
            value += price;
        }
    }

    /// <summary>Somebody set the counters to zero.</summary>
    public void Clear()
    {
        lock (gate) (count, value) = (0, 0);
    }

    /// <summary>The file, as it is read now.</summary>
    public byte[] Read()
    {
        lock (gate)
        {
            if (CountsReads) reads++;
            List<string> lines =
            [
                $"ID1*{serial}*SIMULATED*0100",
                "ID4*2*978*EUR",
                string.Create(CultureInfo.InvariantCulture, $"VA1*{value}*{count}*0*0"),
                string.Create(CultureInfo.InvariantCulture, $"EA3*{reads}"),
            ];
            if (TellsCards) lines.Insert(3, string.Create(CultureInfo.InvariantCulture, $"DA2*{value}*{count}*0*0"));
            return Encoding.ASCII.GetBytes(string.Concat(
                ["DXS*SIM0000001*VA*V0/6*1\r\nST*001*0001\r\n", .. lines.Select(l => l + "\r\n"), $"SE*{lines.Count + 2}*0001\r\nDXE*1*1\r\n"]));
        }
    }
}
