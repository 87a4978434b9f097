"""Times of VTK for the pictures of `hotlight bench volume`, on a volume of the same size: planes and slabs through 512³ signed words, and the whole maximum.

Run it right before or after the bench on a quiet machine: `python tests/oracle/reformat/peer.py`. It prints medians of 5 in milliseconds.
"""
import time, numpy as np, vtk
from vtk.util.numpy_support import numpy_to_vtk
vtk.vtkMultiThreader.SetGlobalDefaultNumberOfThreads(2)
n=512; z,y,x=np.ogrid[:n,:n,:n]; r=np.sqrt((x-256.)**2+(y-256.)**2*1.4+(z-256.)**2*.3)
v=np.where(r<200,40,-1000).astype(np.int16); v+=np.random.default_rng(1).integers(-20,20,v.shape,dtype=np.int16); v[(r>150)&(r<160)]=700
im=vtk.vtkImageData(); im.SetDimensions(n,n,n); im.SetSpacing(.7,.7,.7); im.GetPointData().SetScalars(numpy_to_vtk(v.ravel(),deep=False,array_type=vtk.VTK_SHORT))
def med(f,k=5):
    t=[]
    for i in range(k):
        a=time.perf_counter(); f(i); t.append(time.perf_counter()-a)
    return sorted(t)[k//2]*1e3
def reslice(slab,mode,size=1024):
    def f(i):
        R=vtk.vtkImageReslice(); R.SetInputData(im); R.SetInterpolationModeToLinear(); R.SetOutputDimensionality(2)
        t=vtk.vtkTransform(); t.Translate(179,179,179+i*.4); t.RotateX(25); t.RotateY(33); R.SetResliceAxes(t.GetMatrix())
        R.SetOutputSpacing(.4,.4,.7); R.SetOutputOrigin(-size*.2,-size*.2,0); R.SetOutputExtent(0,size-1,0,size-1,0,0)
        if slab>1:
            R.SetSlabNumberOfSlices(slab); {'max':R.SetSlabModeToMax,'mean':R.SetSlabModeToMean}[mode]()
        R.Update()
    return f
print('plane',med(reslice(1,'mean'))); print('slab max',med(reslice(29,'max'))); print('slab mean',med(reslice(29,'mean')))
def mip():
    m=vtk.vtkFixedPointVolumeRayCastMapper(); m.SetInputData(im); m.SetBlendModeToMaximumIntensity(); m.SetAutoAdjustSampleDistances(0); m.SetSampleDistance(.7); m.SetImageSampleDistance(1); m.SetNumberOfThreads(2)
    p=vtk.vtkVolumeProperty(); o=vtk.vtkPiecewiseFunction(); o.AddPoint(-1000,0); o.AddPoint(700,1); p.SetScalarOpacity(o); c=vtk.vtkColorTransferFunction(); c.AddRGBPoint(-1000,0,0,0); c.AddRGBPoint(700,1,1,1); p.SetColor(c); p.SetInterpolationTypeToLinear()
    V=vtk.vtkVolume(); V.SetMapper(m); V.SetProperty(p); ren=vtk.vtkRenderer(); ren.AddVolume(V); w=vtk.vtkRenderWindow(); w.SetOffScreenRendering(1); w.SetSize(512,512); w.AddRenderer(ren); ren.GetActiveCamera().ParallelProjectionOn(); ren.ResetCamera(); w.Render()
    def f(i): ren.GetActiveCamera().Azimuth(5); w.Render()
    return f
try: print('mip',med(mip()))
except Exception as e: print('mip',e)
