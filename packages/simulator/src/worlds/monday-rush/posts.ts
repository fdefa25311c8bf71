/** Posts that several people comment on. Their ids are fixed, so that the comments belong together. */
export const barrelReel = '18044712093310257';
export const showroomPost = '18051129847760213';
export const openHousePost = '122184330917745';
