using Glmm.Sparse.Data;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Cli;

/// <summary>Reads the data file of a request.</summary>
internal static class DataFile
{
    /// <exception cref="InvalidModelDataException">The file is not there, or is no CSV that can be read.</exception>
    public static ColumnTable Read(FitRequest request)
    {
        string path = request.DataPath;
        if (Directory.Exists(path))
            throw new InvalidModelDataException($"--data '{path}' is a folder; name a CSV file in it.");
        if (!File.Exists(path))
            throw new InvalidModelDataException($"--data '{path}': there is no such file; check the name and the folder.");
        try
        {
            return CsvTable.Read(path, ModelColumns.Of(request));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidModelDataException($"--data '{path}' cannot be read: {failure.Message}", failure);
        }
    }
}
